import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

public class Registers {
    public static void main(String[] args) throws IOException {
        int year = Integer.parseInt(args[0]);
        Map<String, Integer> children = new HashMap<>();
        for (int i = 1; i < args.length; i++) {
            for (String line : Files.readAllLines(Path.of(args[i]))) {
                String[] words = line.split(" ");
                if (Integer.parseInt(words[0]) >= year) children.merge(words[1], 1, Integer::sum);
            }
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder out = new StringBuilder();
        for (String name = in.readLine(); name != null; name = in.readLine()) {
            out.append(children.getOrDefault(name, 0)).append('\n');
        }
        System.out.print(out);
    }
}
