import java.util.Scanner;

/** Takes the product of the periods for their least common multiple. */
public class Product {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long a = in.nextLong(), b = in.nextLong(), n = in.nextLong();
        System.out.println(n / a + n / b - 2 * (n / (a * b)));
    }
}
