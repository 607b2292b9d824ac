import java.util.Scanner;

/** Believes that one pan is always lighter. */
public class NoRest {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int first = 1, count = in.nextInt();
        while (count > 1) {
            int k = (count + 1) / 3;
            StringBuilder line = new StringBuilder("? " + k);
            for (int i = 0; i < 2 * k; i++) line.append(' ').append(first + i);
            System.out.println(line);
            switch (in.next()) {
                case "<" -> count = k;
                case ">" -> {
                    first += k;
                    count = k;
                }
                default -> throw new IllegalStateException("balanced");
            }
        }
        System.out.println("! " + first);
    }
}
