import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;

/** Looks through the whole hall at every scan. */
public class Hall {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        List<Integer> waiting = new ArrayList<>();
        for (int n = Integer.parseInt(in.readLine()); n > 0; n--) {
            Integer tag = Integer.valueOf(in.readLine());
            if (!waiting.remove(tag)) waiting.add(tag);
        }
        System.out.println(waiting.get(0));
    }
}
