import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt(), k = 0;
        int[] books = new int[n + 1];
        for (int place = 1; place <= n; place++) books[place] = in.nextInt();
        StringBuilder swaps = new StringBuilder();
        for (int place = 1; place <= n; place++) {
            while (books[place] != place) {
                int other = books[place];
                books[place] = books[other];
                books[other] = other;
                swaps.append(place).append(' ').append(other).append('\n');
                k++;
            }
        }
        System.out.print(k + "\n" + swaps);
    }
}
