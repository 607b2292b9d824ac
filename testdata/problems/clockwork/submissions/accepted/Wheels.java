import java.util.Scanner;

public class Wheels {
    public static void main(String[] args) {
        String[] words = new Scanner(System.in).nextLine().split(" ");
        long n = Long.parseLong(words[0]), nano = Math.round(Double.parseDouble(words[1]) * 1e9);
        long bestA = 1, bestB = 1, least = Math.abs(1_000_000_000 - nano);
        for (long b = 1; b <= n; b++) {
            long below = nano * b / 1_000_000_000;
            for (long a = Math.max(1, below); a <= Math.min(n, below + 1); a++) {
                long error = Math.abs(a * 1_000_000_000 - nano * b);
                if ((double) error * bestB < (double) least * b) {
                    bestA = a;
                    bestB = b;
                    least = error;
                }
            }
        }
        System.out.println(bestA + " " + bestB);
    }
}
