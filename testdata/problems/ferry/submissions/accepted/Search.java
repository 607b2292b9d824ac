import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.StringTokenizer;

public class Search {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in), 1 << 16);
        StringTokenizer words = new StringTokenizer(in.readLine());
        int n = Integer.parseInt(words.nextToken()), k = Integer.parseInt(words.nextToken());
        long[] cars = new long[n];
        long low = 0, high = 0;
        words = new StringTokenizer(in.readLine());
        for (int i = 0; i < n; i++) {
            cars[i] = Long.parseLong(words.nextToken());
            low = Math.max(low, cars[i]);
            high += cars[i];
        }
        while (low < high) {
            long ferry = (low + high) / 2, left = ferry;
            int trips = 1;
            for (long car : cars) {
                if (car > left) {
                    trips++;
                    left = ferry;
                }
                left -= car;
            }
            if (trips <= k) high = ferry;
            else low = ferry + 1;
        }
        System.out.println(low);
    }
}
