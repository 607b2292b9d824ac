// crime: ends in a static initialiser, before there is a program
// row: java
// limits: cpu 5 s, wall 15 s
// allowed: RTE
// prints: 41
// remains: nothing
public class Main {
    static {
        System.out.println(41);
        System.exit(3);
    }

    public static void main(String[] arguments) {
        System.out.println(42);
    }
}
