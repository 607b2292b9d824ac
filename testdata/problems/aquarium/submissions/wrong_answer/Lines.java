import java.util.Scanner;

/** Prints a line for every fish and forgets their quarrels. */
public class Lines {
    public static void main(String[] args) {
        int n = new Scanner(System.in).nextInt();
        StringBuilder tanks = new StringBuilder();
        for (int fish = 0; fish < n; fish++) tanks.append(fish % 2 == 0 ? "A\n" : "B\n");
        System.out.print(tanks);
    }
}
