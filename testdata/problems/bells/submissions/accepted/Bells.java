import java.math.BigInteger;
import java.util.Scanner;

public class Bells {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long a = in.nextLong(), b = in.nextLong(), n = in.nextLong();
        long gcd = BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).longValue();
        System.out.println(n / a + n / b - 2 * (n / (a / gcd * b)));
    }
}
