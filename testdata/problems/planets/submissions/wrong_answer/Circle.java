import java.util.Scanner;

/** Does not believe in ellipses. */
public class Circle {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        for (int n = Integer.parseInt(in.nextLine()); n > 0; n--) System.out.println(in.nextLine().split(" ")[0]);
    }
}
