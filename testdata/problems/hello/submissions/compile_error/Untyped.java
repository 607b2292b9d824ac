/** A string is not a number. */
public class Untyped {
    public static void main(String[] args) {
        int name = "guest";
        System.out.println("Hello, " + name + "!");
    }
}
