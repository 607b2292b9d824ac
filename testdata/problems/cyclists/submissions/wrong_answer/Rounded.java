import java.util.Locale;
import java.util.Scanner;

/** Rounds to three decimals, as in the input. */
public class Rounded {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in).useLocale(Locale.ROOT);
        int n = Math.min(in.nextInt(), 2000);
        double[] x = new double[n], v = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = in.nextDouble();
            v[i] = in.nextDouble();
        }
        double best = 0, place = x[0];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double hours = (x[j] - x[i]) / (v[i] + v[j]);
                if (hours > best) {
                    best = hours;
                    place = x[i] + hours * v[i];
                }
            }
        }
        System.out.printf(Locale.ROOT, "%.3f %.3f%n", best, place);
    }
}
