import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks at the floor. Usage: Main INPUT ANSWER FEEDBACK_DIR [--colours K] < OUTPUT */
public class Main {
    private static final int ACCEPT = 42;
    private static final int REJECT = 43;

    public static void main(String[] args) throws IOException {
        List<String> input = Files.readAllLines(Path.of(args[0]));
        int colours = Integer.parseInt(input.get(0).split(" ")[2]);
        if (args.length > 4 && args[3].equals("--colours")) {
            colours = Math.min(colours, Integer.parseInt(args[4]));
        }
        String fault = new Floor(input, colours).fault(new BufferedReader(new InputStreamReader(System.in)));
        Files.writeString(Path.of(args[2], "judgemessage.txt"), fault == null ? "laid\n" : fault + "\n");
        if (fault != null) Files.writeString(Path.of(args[2], "teammessage.txt"), "The owner is not content.\n");
        System.exit(fault == null ? ACCEPT : REJECT);
    }
}
