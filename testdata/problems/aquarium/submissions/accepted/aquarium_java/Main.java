import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.BufferedInputStream;

public class Main {
    private static final StreamTokenizer IN = new StreamTokenizer(new BufferedInputStream(System.in));

    static int number() throws IOException {
        IN.nextToken();
        return (int) IN.nval;
    }

    public static void main(String[] args) throws IOException {
        Tanks tanks = new Tanks(number());
        for (int m = number(); m > 0; m--) {
            tanks.quarrel(number() - 1, number() - 1);
        }
        System.out.println(tanks.settle());
    }
}
