import java.util.Scanner;

/** Looks for the chamber before the entrance. */
public class Entrance {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt();
        long[] oil = new long[n];
        int[] before = new int[n];
        for (int c = 0; c < n; c++) oil[c] = in.nextInt();
        for (int c = 1; c < n; c++) before[c] = in.nextInt() - 1;
        before[0] = -1;
        long way = 0;
        for (int at = n - 1; ; at = before[at]) way += oil[at];
    }
}
