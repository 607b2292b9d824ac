// Direct buffers are outside the heap: only the kernel's counter sees them.
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

public class Main {
    public static void main(String[] args) {
        List<ByteBuffer> all = new ArrayList<>();
        while (true) {
            ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
            while (block.hasRemaining()) {
                block.put((byte) 1);
            }
            all.add(block);
        }
    }
}
