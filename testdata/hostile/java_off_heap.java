// crime: fills memory outside the heap
// row: java
// limits: cpu 10 s, wall 30 s, memory 256 MiB
// allowed: MLE RTE
// prints: anything
// remains: no process
import java.nio.ByteBuffer;
import java.util.ArrayList;

public class Main {
    public static void main(String[] arguments) {
        var kept = new ArrayList<ByteBuffer>();
        for (;;) {
            ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
            for (int i = 0; i < block.capacity(); i += 4096) block.put(i, (byte) 1);
            kept.add(block);
        }
    }
}
