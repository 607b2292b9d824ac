// Makes 1 GB of garbage around 40 MB of live data: must not be taken for a memory hog.
import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long total = in.nextLong() + in.nextLong();
        byte[][] live = new byte[40][];
        for (int i = 0; i < 1000; i++) {
            live[i % 40] = new byte[1 << 20];
        }
        System.out.println(total + live[0][0]);
    }
}
