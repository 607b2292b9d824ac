import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The boxes by size. */
class Boxes {
    private final Map<Integer, List<Integer>> boxes = new TreeMap<>();
    private int count;

    static Boxes read(InputStream from) throws IOException {
        StreamTokenizer in = new StreamTokenizer(new BufferedInputStream(from));
        Boxes read = new Boxes();
        in.nextToken();
        read.count = (int) in.nval;
        for (int box = 0; box < read.count; box++) {
            in.nextToken();
            read.boxes.computeIfAbsent((int) in.nval, size -> new ArrayList<>()).add(box);
        }
        return read;
    }

    int count() {
        return count;
    }

    List<Integer> ofSize(int size) {
        return boxes.getOrDefault(size, List.of());
    }
}
