import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.stream.Collectors;

/** Paints everything in capitals. */
public class Capitals {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        in.readLine();
        List<String> lines = in.lines().collect(Collectors.toList());
        int width = lines.stream().mapToInt(String::length).max().getAsInt();
        String border = "+" + "-".repeat(width + 2) + "+";
        System.out.println(border);
        for (String line : lines) {
            int left = (width - line.length()) / 2;
            String right = " ".repeat(width - line.length() - left);
            System.out.println("| " + " ".repeat(left) + line.toUpperCase() + right + " |");
        }
        System.out.println(border);
    }
}
