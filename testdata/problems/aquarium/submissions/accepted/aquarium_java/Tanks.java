import java.util.ArrayDeque;
import java.util.Arrays;

/** The fish, their enemies and their tanks. */
class Tanks {
    private final int[][] enemies;
    private final int[] degree;
    private final char[] tank;

    Tanks(int n) {
        enemies = new int[n][3];
        degree = new int[n];
        tank = new char[n];
        Arrays.fill(tank, 'A');
    }

    void quarrel(int u, int v) {
        enemies[u][degree[u]++] = v;
        enemies[v][degree[v]++] = u;
    }

    private int met(int fish) {
        int met = 0;
        for (int i = 0; i < degree[fish]; i++) {
            if (tank[enemies[fish][i]] == tank[fish]) met++;
        }
        return met;
    }

    /** Moves discontented fish until there are none. */
    String settle() {
        ArrayDeque<Integer> waiting = new ArrayDeque<>();
        for (int fish = 0; fish < tank.length; fish++) waiting.add(fish);
        while (!waiting.isEmpty()) {
            int fish = waiting.poll();
            if (met(fish) < 2) continue;
            tank[fish] = tank[fish] == 'A' ? 'B' : 'A';
            for (int i = 0; i < degree[fish]; i++) waiting.add(enemies[fish][i]);
        }
        return new String(tank);
    }
}
