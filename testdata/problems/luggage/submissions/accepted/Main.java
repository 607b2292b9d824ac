import java.io.IOException;
import java.io.InputStream;

public class Main {
    private static final InputStream IN = System.in;
    private static final byte[] BUFFER = new byte[1 << 16];
    private static int length, next;

    private static int read() throws IOException {
        if (next == length) {
            length = IN.read(BUFFER);
            next = 0;
            if (length <= 0) return -1;
        }
        return BUFFER[next++];
    }

    private static int number() throws IOException {
        int c = read(), value = 0;
        while (c < '0') c = read();
        for (; c >= '0'; c = read()) value = value * 10 + c - '0';
        return value;
    }

    public static void main(String[] args) throws IOException {
        int left = 0;
        for (int n = number(); n > 0; n--) left ^= number();
        System.out.println(left);
    }
}
