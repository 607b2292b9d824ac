import java.util.Random;
import java.util.Scanner;

/** Shakes the boxes until they fit. */
public class ShakeIt {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt(), sum = 0;
        int[] sizes = new int[n];
        for (int i = 0; i < n; i++) sum += sizes[i] = in.nextInt();
        int trunks = (sum + 1023) / 1024;
        Random chance = new Random(1);
        while (true) {
            int[] loads = new int[trunks];
            StringBuilder line = new StringBuilder().append(trunks);
            boolean fits = true;
            for (int size : sizes) {
                int trunk = chance.nextInt(trunks);
                loads[trunk] += size;
                fits &= loads[trunk] <= 1024;
                line.append(' ').append(trunk + 1);
            }
            if (!fits) continue;
            System.out.println(line);
            return;
        }
    }
}
