import java.io.*;

public class Main {
    public static void main(String[] args) throws IOException {
        String[] words;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            words = in.readLine().split(" ");
        }
        System.out.println(Integer.parseInt(words[0]) + Integer.parseInt(words[1]));
    }
}
