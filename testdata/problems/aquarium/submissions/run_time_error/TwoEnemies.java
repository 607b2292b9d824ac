import java.util.Scanner;

/** Has room for two enemies of each fish. */
public class TwoEnemies {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt();
        int[][] enemies = new int[n][2];
        int[] degree = new int[n];
        for (int m = in.nextInt(); m > 0; m--) {
            int u = in.nextInt() - 1, v = in.nextInt() - 1;
            enemies[u][degree[u]++] = v;
            enemies[v][degree[v]++] = u;
        }
        System.out.println("A".repeat(n));
    }
}
