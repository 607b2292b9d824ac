import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.StringTokenizer;

public class Table {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        int n = Integer.parseInt(in.readLine().split(" ")[0]);
        boolean[] broken = new boolean[n + 1];
        StringTokenizer steps = new StringTokenizer(in.readLine());
        while (steps.hasMoreTokens()) broken[Integer.parseInt(steps.nextToken())] = true;
        long below = 0, here = 1;
        for (int step = 1; step <= n; step++) {
            long next = broken[step] ? 0 : (below + here) % 1_000_000_007;
            below = here;
            here = next;
        }
        System.out.println(here);
    }
}
