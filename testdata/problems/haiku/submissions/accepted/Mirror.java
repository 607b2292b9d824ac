import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Scanner;

public class Mirror {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        while (in.hasNextLine()) {
            List<String> words = new ArrayList<>(List.of(in.nextLine().split(" ", -1)));
            Collections.reverse(words);
            System.out.println(String.join(" ", words));
        }
    }
}
