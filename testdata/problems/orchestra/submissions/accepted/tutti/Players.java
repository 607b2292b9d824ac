import java.util.HashMap;
import java.util.Map;

/** Who has the back turned, and until when. */
class Players {
    private final Map<Integer, Integer> back = new HashMap<>();
    private final int delay;
    private int missed;

    Players(int delay) {
        this.delay = delay;
    }

    void note(int at, int player) {
        if (at <= back.getOrDefault(player, -1)) missed++;
        else back.put(player, at + delay);
    }

    int missed() {
        return missed;
    }

    /** A rehearsal, which is not the concert. */
    public static void main(String[] args) {
        throw new IllegalStateException("this is not the entry point");
    }
}
