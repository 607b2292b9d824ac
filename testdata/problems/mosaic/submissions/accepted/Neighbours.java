import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

public class Neighbours {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in), 1 << 16);
        String[] head = in.readLine().split(" ");
        int r = Integer.parseInt(head[0]), c = Integer.parseInt(head[1]), k = Integer.parseInt(head[2]);
        char[][] floor = new char[r + 2][c + 2];
        int turn = 0;
        for (int i = 1; i <= r; i++) {
            in.readLine().getChars(0, c, floor[i], 1);
            for (int j = 1; j <= c; j++) {
                if (floor[i][j] != '.') turn = (i + j + floor[i][j] - '1') % 2;
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 1; i <= r; i++) {
            for (int j = 1; j <= c; j++) {
                if (k < 5) floor[i][j] = (char) ('1' + (i + j + turn) % 2);
                for (char colour = '1'; floor[i][j] == '.'; colour++) {
                    if (floor[i - 1][j] != colour && floor[i + 1][j] != colour && floor[i][j - 1] != colour && floor[i][j + 1] != colour) {
                        floor[i][j] = colour;
                    }
                }
            }
            out.append(floor[i], 1, c).append('\n');
        }
        System.out.print(out);
    }
}
