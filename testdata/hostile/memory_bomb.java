// crime: fills the heap
// row: memory-bomb
// limits: cpu 15 s, wall 40 s, memory 256 MiB
// allowed: MLE RTE
// prints: anything
// remains: no process
import java.util.ArrayList;

public class Main {
    public static void main(String[] arguments) {
        var kept = new ArrayList<byte[]>();
        for (;;) kept.add(new byte[1 << 20]);
    }
}
