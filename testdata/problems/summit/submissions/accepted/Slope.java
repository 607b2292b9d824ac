import java.util.Scanner;

/** Looks whether the way leads up or down in the middle: two questions for each half. */
public class Slope {
    private static final Scanner IN = new Scanner(System.in);

    private static long height(int i) {
        System.out.println("? " + i);
        return IN.nextLong();
    }

    public static void main(String[] args) {
        int low = 1, high = IN.nextInt();
        while (low < high) {
            int middle = (low + high) / 2;
            if (height(middle) < height(middle + 1)) low = middle + 1;
            else high = middle;
        }
        System.out.println("! " + low);
    }
}
