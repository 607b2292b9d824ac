import java.math.BigInteger;
import java.util.Scanner;

public class Sums {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        BigInteger a = in.nextBigInteger();
        String sign = in.next();
        BigInteger b = in.nextBigInteger();
        in.next();
        BigInteger right = switch (sign) {
            case "+" -> a.add(b);
            case "-" -> a.subtract(b);
            default -> a.multiply(b);
        };
        System.out.println(right.equals(in.nextBigInteger()) ? "yes" : "no");
    }
}
