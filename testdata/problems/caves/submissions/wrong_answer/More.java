import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;

/** Asks for more oil, not for at least as much, and only sees the chambers next to each other. */
public class More {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        int n = Integer.parseInt(in.readLine());
        long[] oil = Arrays.stream(in.readLine().split(" ")).mapToLong(Long::parseLong).toArray();
        long[] behind = oil.clone();
        if (n > 1) {
            String[] before = in.readLine().split(" ");
            for (int c = 1; c < n; c++) behind[Integer.parseInt(before[c - 1]) - 1] += oil[c];
        }
        int bright = 0;
        for (int c = 0; c < n; c++) {
            if (behind[c] > oil[c]) bright++;
        }
        System.out.println(bright);
    }
}
