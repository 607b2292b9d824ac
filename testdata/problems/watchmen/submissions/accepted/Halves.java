import java.util.Scanner;

public class Halves {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int shift = in.nextInt(), low = 0, high = in.nextInt();
        String note = in.next();
        if (!note.equals("-")) {
            low = Integer.parseInt(note.split("-")[0]);
            high = Integer.parseInt(note.split("-")[1]);
        }
        for (int question = 0; question < 4 && high - low > 1; question++) {
            int middle = (low + high) / 2;
            System.out.println("? " + middle);
            if (in.next().equals("yes")) high = middle;
            else low = middle;
        }
        System.out.println(shift == 3 ? "! " + low : "note " + low + "-" + high);
    }
}
