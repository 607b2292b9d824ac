import java.util.Scanner;

/** nextInt throws when a number does not fit. */
public class Narrow {
    static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long a = in.nextInt(), b = in.nextInt(), n = in.nextInt();
        System.out.println(n / a + n / b - 2 * (n / (a / gcd(a, b) * b)));
    }
}
