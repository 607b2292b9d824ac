import java.util.Scanner;

/** Greets over and over, 64 MiB in all. */
public class Chatty {
    public static void main(String[] args) {
        String greeting = "Hello, " + new Scanner(System.in).nextLine() + "!\n";
        String chatter = greeting.repeat(65536 / greeting.length() + 1);
        for (int round = 0; round < 1024; round++) {
            System.out.print(chatter);
        }
    }
}
