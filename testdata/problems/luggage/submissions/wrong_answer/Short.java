import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** Sixteen bits of a tag are not enough. */
public class Short {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        char left = 0;
        for (int n = Integer.parseInt(in.readLine()); n > 0; n--) {
            left ^= (char) Integer.parseInt(in.readLine());
        }
        System.out.println((int) left);
    }
}
