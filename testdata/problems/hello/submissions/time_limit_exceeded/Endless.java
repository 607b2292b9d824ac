/** Rehearses the greeting for ever. */
public class Endless {
    static volatile long rehearsals;

    public static void main(String[] args) {
        while (rehearsals >= 0) {
            rehearsals++;
        }
        System.out.println("Hello!");
    }
}
