import java.util.Scanner;

/** Has room for two thousand cars: groups 1 and 2, and then it crashes. */
public class Crowded {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt(), k = in.nextInt();
        long[] cars = new long[2000];
        long low = 0, high = 0;
        for (int i = 0; i < n; i++) {
            cars[i] = in.nextInt();
            low = Math.max(low, cars[i]);
            high += cars[i];
        }
        while (low < high) {
            long ferry = (low + high) / 2, left = ferry;
            int trips = 1;
            for (long car : cars) {
                if (car > left) {
                    trips++;
                    left = ferry;
                }
                left -= car;
            }
            if (trips <= k) high = ferry;
            else low = ferry + 1;
        }
        System.out.println(low);
    }
}
