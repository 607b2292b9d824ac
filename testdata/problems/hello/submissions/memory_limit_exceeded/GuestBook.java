import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Scanner;

/** Keeps a far too large guest book, 1 GiB with every page written, one half on the heap and one half beside it. */
public class GuestBook {
    public static void main(String[] args) {
        String name = new Scanner(System.in).nextLine();
        byte[] ink = new byte[1 << 20];
        Arrays.fill(ink, (byte) name.charAt(0));
        List<byte[]> left = new ArrayList<>();
        List<ByteBuffer> right = new ArrayList<>();
        for (int page = 0; page < 512; page++) {
            left.add(ink.clone());
            right.add(ByteBuffer.allocateDirect(ink.length).put(ink));
        }
        System.out.println("Hello, " + name + "!" + left.get(0)[0] + right.get(0).get(0));
    }
}
