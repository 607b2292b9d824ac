import java.util.ArrayDeque;
import java.util.Scanner;

public class Lift {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int f = in.nextInt(), a = in.nextInt(), b = in.nextInt(), u = in.nextInt(), d = in.nextInt();
        char[] leaves = new char[f + 1];
        leaves[b] = '-';
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        queue.add(b);
        while (!queue.isEmpty()) {
            int at = queue.poll();
            if (at - u >= 1 && leaves[at - u] == 0) {
                leaves[at - u] = 'U';
                queue.add(at - u);
            }
            if (at + d <= f && leaves[at + d] == 0) {
                leaves[at + d] = 'D';
                queue.add(at + d);
            }
        }
        StringBuilder way = new StringBuilder();
        for (int at = a; leaves[a] != 0 && at != b; at += leaves[at] == 'U' ? u : -d) way.append(leaves[at]);
        System.out.println(leaves[a] == 0 ? "take the stairs" : a == b ? "-" : way);
    }
}
