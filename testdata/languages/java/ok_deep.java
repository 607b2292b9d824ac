// A depth-first search 100,000 deep.
import java.util.Scanner;

public class Main {
    static long down(int depth, long carried) {
        return depth == 0 ? carried : down(depth - 1, carried + 1) - 1;
    }

    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        System.out.println(down(100_000, in.nextLong() + in.nextLong()));
    }
}
