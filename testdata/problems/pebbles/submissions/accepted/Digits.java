import java.util.Scanner;

/** A pebble for each decimal digit; its colour tells the digit and its place. */
public class Digits {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        if (in.next().equals("pack")) {
            String digits = in.next();
            StringBuilder line = new StringBuilder();
            for (int place = 0; place < digits.length(); place++) {
                line.append(10 * place + digits.charAt(digits.length() - 1 - place) - '0' + 1).append(' ');
            }
            System.out.println(digits.length() + "\n" + line);
        } else {
            int x = 0;
            for (int k = in.nextInt(); k > 0; k--) {
                int colour = in.nextInt() - 1;
                x += (colour % 10) * (int) Math.pow(10, colour / 10);
            }
            System.out.println(x);
        }
    }
}
