import java.util.Scanner;

/** Has a table for a thousand kilograms. */
public class Narrow {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt(), limit = in.nextInt();
        int[] fees = new int[1001];
        boolean[][] better = new boolean[n][1001];
        int[] weights = new int[n];
        for (int parcel = 0; parcel < n; parcel++) {
            weights[parcel] = in.nextInt();
            int fee = in.nextInt();
            for (int load = limit; load >= weights[parcel]; load--) {
                if (fees[load - weights[parcel]] + fee > fees[load]) {
                    fees[load] = fees[load - weights[parcel]] + fee;
                    better[parcel][load] = true;
                }
            }
        }
        StringBuilder chosen = new StringBuilder();
        int count = 0;
        for (int parcel = n - 1, load = limit; parcel >= 0; parcel--) {
            if (!better[parcel][load]) continue;
            chosen.append(' ').append(parcel + 1);
            load -= weights[parcel];
            count++;
        }
        System.out.println(count + chosen.toString());
    }
}
