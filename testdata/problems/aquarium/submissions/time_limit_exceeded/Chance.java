import java.util.Random;
import java.util.Scanner;

/** Shares the fish out by chance until everybody is content. */
public class Chance {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt(), m = in.nextInt();
        int[] u = new int[m], v = new int[m];
        for (int i = 0; i < m; i++) {
            u[i] = in.nextInt() - 1;
            v[i] = in.nextInt() - 1;
        }
        Random chance = new Random(1);
        char[] tank = new char[n];
        for (int worst = 2; worst > 1;) {
            int[] met = new int[n];
            worst = 0;
            for (int fish = 0; fish < n; fish++) tank[fish] = chance.nextBoolean() ? 'A' : 'B';
            for (int i = 0; i < m; i++) {
                if (tank[u[i]] == tank[v[i]]) worst = Math.max(worst, Math.max(++met[u[i]], ++met[v[i]]));
            }
        }
        System.out.println(tank);
    }
}
