import java.util.Scanner;
import java.util.stream.LongStream;

public class Sum {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        var marks = LongStream.generate(in::nextLong).limit(in.nextInt()).summaryStatistics();
        System.out.println(marks.getSum() - marks.getMin() - marks.getMax());
    }
}
