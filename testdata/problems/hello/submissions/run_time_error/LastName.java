import java.util.Scanner;

/** Looks for the last name of guests that have none. */
public class LastName {
    public static void main(String[] args) {
        String[] words = new Scanner(System.in).nextLine().split(" ");
        System.out.println("Hello, " + words[0] + " " + words[1] + "!");
    }
}
