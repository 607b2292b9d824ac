// No public class, a package, and the class with `main` is not the first.
package toys;

import java.util.Scanner;

class Adder {
    static long add(long a, long b) {
        return a + b;
    }
}

class Starter {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        System.out.println(Adder.add(in.nextLong(), in.nextLong()));
    }
}
