import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.StringTokenizer;

/** The entry point; there is another main beside it. */
public class Conductor {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in), 1 << 16);
        StringTokenizer head = new StringTokenizer(in.readLine());
        int n = Integer.parseInt(head.nextToken()), d = Integer.parseInt(head.nextToken());
        StringTokenizer notes = new StringTokenizer(in.readLine());
        Players players = new Players(d);
        for (int at = 0; at < n; at++) players.note(at, Integer.parseInt(notes.nextToken()));
        System.out.println(players.missed());
    }
}
