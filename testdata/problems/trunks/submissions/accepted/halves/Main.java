import java.io.IOException;

public class Main {
    public static void main(String[] args) throws IOException {
        Boxes boxes = Boxes.read(System.in);
        int[] place = new int[boxes.count()];
        int trunk = 0, left = 0;
        for (int size = 1024; size > 0; size /= 2) {
            for (int box : boxes.ofSize(size)) {
                if (left < size) {
                    trunk++;
                    left = 1024;
                }
                left -= size;
                place[box] = trunk;
            }
        }
        StringBuilder out = new StringBuilder().append(trunk).append('\n');
        for (int p : place) out.append(p).append('\n');
        System.out.print(out);
    }
}
