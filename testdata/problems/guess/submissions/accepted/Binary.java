import java.util.Scanner;

public class Binary {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int low = 1, high = in.nextInt();
        while (true) {
            int guess = (low + high) / 2;
            System.out.println(guess);
            String word = in.next();
            if (word.equals("correct")) return;
            if (word.equals("lower")) high = guess - 1;
            else low = guess + 1;
        }
    }
}
