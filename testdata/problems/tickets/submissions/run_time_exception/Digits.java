import java.util.Scanner;

/** Takes every ticket for an int. @EXPECTED_RESULTS@: RUN-ERROR, WRONG-ANSWER */
public class Digits {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        while (in.hasNextInt()) {
            String number = String.valueOf(in.nextInt());
            int half = number.length() / 2;
            System.out.println(number.substring(0, half).chars().sum() == number.substring(half).chars().sum() ? "lucky" : "unlucky");
        }
        if (in.hasNext()) throw new NumberFormatException(in.next());
    }
}
