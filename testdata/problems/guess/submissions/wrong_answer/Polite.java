/** Says good evening first. */
public class Polite {
    public static void main(String[] args) {
        System.out.println("Good evening! I see a number...");
    }
}
