import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.BufferedInputStream;

/** Climbs back to the entrance from every chamber. */
public class Climbing {
    private static final StreamTokenizer IN = new StreamTokenizer(new BufferedInputStream(System.in));

    private static int number() throws IOException {
        IN.nextToken();
        return (int) IN.nval;
    }

    public static void main(String[] args) throws IOException {
        int n = number(), bright = 0;
        long[] oil = new long[n + 1], way = new long[n + 1], behind = new long[n + 1];
        int[] before = new int[n + 1];
        for (int c = 1; c <= n; c++) oil[c] = number();
        for (int c = 2; c <= n; c++) before[c] = number();
        for (int c = 1; c <= n; c++) {
            for (int at = c; at != 0; at = before[at]) {
                way[c] += oil[at];
                behind[at] += oil[c];
            }
        }
        for (int c = 1; c <= n; c++) {
            if (behind[c] >= way[c]) bright++;
        }
        System.out.println(bright);
    }
}
