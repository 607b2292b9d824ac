import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Believes that white always has room enough. */
public class White {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        String[] head = in.readLine().split(" ");
        int r = Integer.parseInt(head[0]), c = Integer.parseInt(head[1]), k = Integer.parseInt(head[2]);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < r && k > 0; i++) {
            String row = in.readLine();
            for (int j = i % 2; j < c && k > 0; j += 2) {
                if (row.charAt(j) == '.') {
                    out.append(i + 1).append(' ').append(j + 1).append('\n');
                    k--;
                }
            }
        }
        if (k > 0) throw new IllegalStateException(k + " knights are left");
        System.out.print(out);
    }
}
