import java.util.Scanner;

/** Stays awake and looks at every minute. */
public class Minutes {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long a = in.nextLong(), b = in.nextLong(), n = in.nextLong(), count = 0;
        for (long minute = 1; minute <= n; minute++) {
            if ((minute % a == 0) != (minute % b == 0)) count++;
        }
        System.out.println(count);
    }
}
