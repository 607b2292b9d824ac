import java.util.Scanner;

public class Bricks {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long sum = 0;
        for (int n = in.nextInt(); n > 0; n--) sum += in.nextInt();
        System.out.println(sum);
    }
}
