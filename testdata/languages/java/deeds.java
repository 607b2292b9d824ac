import java.io.*;
import java.util.*;

public class deeds {
    static int deep(int n) {
        return n == 0 ? 0 : 1 + deep(n - 1);
    }

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        String[] words = in.readLine().split(" ");
        switch (words[0]) {
            case "hello" -> System.out.println("Hello, world!");
            case "sum" -> System.out.println(Long.parseLong(words[1]) + Long.parseLong(words[2]));
            case "wide" -> System.out.println(Long.parseLong(words[1]) * Long.parseLong(words[2]));
            case "lines" -> System.out.println(in.lines().mapToLong(Long::parseLong).sum());
            case "output" -> {
                PrintWriter out = new PrintWriter(new BufferedOutputStream(System.out));
                for (int i = Integer.parseInt(words[1]); i > 0; i--) out.println("0123456789");
                out.flush();
            }
            case "exit" -> System.exit(Integer.parseInt(words[1]));
            case "crash" -> throw new IllegalStateException("as asked");
            case "deep" -> System.out.println(deep(Integer.parseInt(words[1])));
            case "memory" -> {
                for (List<byte[]> all = new ArrayList<>();;) all.add(new byte[1 << 20]);
            }
            case "loop" -> {
                for (;;) {}
            }
        }
    }
}
