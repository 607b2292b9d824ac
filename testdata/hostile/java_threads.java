// crime: starts two thousand threads
// row: java
// limits: cpu 2 s, wall 15 s, memory 256 MiB
// allowed: RTE TLE MLE
// prints: anything
// remains: no process
public class Main {
    public static void main(String[] arguments) {
        for (int i = 0; i < 2000; i++) {
            new Thread(() -> {
                for (;;) Thread.onSpinWait();
            }).start();
        }
    }
}
