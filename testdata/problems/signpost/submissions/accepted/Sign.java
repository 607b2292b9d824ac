import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.stream.Collectors;

public class Sign {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        in.readLine();
        List<String> lines = in.lines().collect(Collectors.toList());
        int width = lines.stream().mapToInt(String::length).max().getAsInt();
        String border = "+" + "-".repeat(width + 2) + "+\n";
        StringBuilder sign = new StringBuilder(border);
        for (String line : lines) {
            int left = (width - line.length()) / 2;
            sign.append("| ").append(" ".repeat(left)).append(line);
            sign.append(" ".repeat(width - line.length() - left)).append(" |\n");
        }
        System.out.print(sign.append(border));
    }
}
