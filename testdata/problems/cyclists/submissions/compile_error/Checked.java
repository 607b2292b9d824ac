import java.io.BufferedReader;
import java.io.InputStreamReader;

/** Neither catches nor declares the exception of readLine. */
public class Checked {
    public static void main(String[] args) {
        System.out.println(new BufferedReader(new InputStreamReader(System.in)).readLine());
    }
}
