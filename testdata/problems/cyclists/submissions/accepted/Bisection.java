import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Within how many hours do the stretches of road that the cyclists can reach have a point in common? */
public class Bisection {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        int n = Integer.parseInt(in.readLine());
        double[] x = new double[n], v = new double[n];
        for (int i = 0; i < n; i++) {
            String line = in.readLine();
            int space = line.indexOf(' ');
            x[i] = Double.parseDouble(line.substring(0, space));
            v[i] = Double.parseDouble(line.substring(space + 1));
        }
        double low = 0, high = 1e7 + 1, place = 0;
        for (int step = 0; step < 70; step++) {
            double hours = (low + high) / 2, from = -1e18, to = 1e18;
            for (int i = 0; i < n; i++) {
                from = Math.max(from, x[i] - hours * v[i]);
                to = Math.min(to, x[i] + hours * v[i]);
            }
            if (from <= to) {
                high = hours;
                place = (from + to) / 2;
            } else {
                low = hours;
            }
        }
        System.out.println(high + "\n" + place);
    }
}
