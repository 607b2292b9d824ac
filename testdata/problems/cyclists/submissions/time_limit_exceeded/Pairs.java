import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Compares everybody with everybody. */
public class Pairs {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        int n = Integer.parseInt(in.readLine());
        double[] x = new double[n], v = new double[n];
        for (int i = 0; i < n; i++) {
            String[] words = in.readLine().split(" ");
            x[i] = Double.parseDouble(words[0]);
            v[i] = Double.parseDouble(words[1]);
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
        System.out.println(best + " " + place);
    }
}
