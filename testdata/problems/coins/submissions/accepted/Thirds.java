import java.util.Scanner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

public class Thirds {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int first = 1, count = in.nextInt();
        while (count > 1) {
            int k = (count + 1) / 3;
            String coins = IntStream.range(first, first + 2 * k).mapToObj(Integer::toString).collect(Collectors.joining(" "));
            System.out.println("? " + k + " " + coins);
            String outcome = in.next();
            if (outcome.equals("=")) {
                first += 2 * k;
                count -= 2 * k;
            } else {
                if (outcome.equals(">")) first += k;
                count = k;
            }
        }
        System.out.println("! " + first);
    }
}
