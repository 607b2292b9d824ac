import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Scanner;

/** Keeps a far too large guest book: 1 GiB, every page written. */
public class GuestBook {
    public static void main(String[] args) {
        String name = new Scanner(System.in).nextLine();
        List<byte[]> book = new ArrayList<>();
        for (int page = 0; page < 1024; page++) {
            byte[] leaf = new byte[1 << 20];
            Arrays.fill(leaf, (byte) name.charAt(0));
            book.add(leaf);
        }
        System.out.println("Hello, " + name + "!" + book.get(0)[0]);
    }
}
