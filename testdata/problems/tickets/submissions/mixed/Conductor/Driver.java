// @EXPECTED_RESULTS@: CORRECT
import java.util.Scanner;

public class Driver {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        while (in.hasNext()) System.out.println(Conductor.lucky(in.next()) ? "lucky" : "unlucky");
    }
}
