// crime: reaches around the language: private fields, raw memory, a crash of the machine itself
// row: java
// limits: cpu 5 s, wall 15 s
// allowed: RTE
// prints: anything
// remains: no core, no report
import java.lang.reflect.Field;

public class Main {
    public static void main(String[] arguments) throws Exception {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field field = type.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 8L, 1L);
    }
}
