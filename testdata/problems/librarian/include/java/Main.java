import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** {{motto}}, please: reads the calls and makes them. */
public class Main {
    public static final int TALLEST = {{tallest}};

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        Shelf shelf = new Shelf();
        StringBuilder out = new StringBuilder();
        for (int calls = Integer.parseInt(in.readLine()); calls > 0; calls--) {
            String line = in.readLine();
            int height = Integer.parseInt(line.substring(2));
            switch (line.charAt(0)) {
                case '+' -> shelf.put(height);
                case '-' -> shelf.take(height);
                default -> out.append(shelf.shorter(height)).append('\n');
            }
        }
        System.out.print(out);
    }
}
