import java.io.IOException;

/** Walks through the caves on a thread with a stack of its own. */
public class Caves {
    private static final byte[] BUFFER = new byte[1 << 16];
    private static int length, at;
    private static long[] oil;
    private static int[] first, next;
    private static int bright;

    private static int read() throws IOException {
        if (at == length) {
            length = System.in.read(BUFFER);
            at = 0;
        }
        return length <= 0 ? -1 : BUFFER[at++];
    }

    private static int number() throws IOException {
        int c = read(), value = 0;
        while (c < '0') c = read();
        for (; c >= '0'; c = read()) value = value * 10 + c - '0';
        return value;
    }

    private static long walk(int chamber, long way) {
        long behind = oil[chamber];
        way += oil[chamber];
        for (int c = first[chamber]; c != 0; c = next[c]) behind += walk(c, way);
        if (behind >= way) bright++;
        return behind;
    }

    public static void main(String[] args) throws Exception {
        int n = number();
        oil = new long[n + 1];
        first = new int[n + 1];
        next = new int[n + 1];
        for (int c = 1; c <= n; c++) oil[c] = number();
        for (int c = 2; c <= n; c++) {
            int before = number();
            next[c] = first[before];
            first[before] = c;
        }
        Thread walker = new Thread(null, () -> walk(1, 0), "walker", 64 << 20);
        walker.start();
        walker.join();
        System.out.println(bright);
    }
}
