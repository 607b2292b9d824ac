// crime: is an annotation processor of itself
// row: compile-execution
// stage: compile
// limits: cpu 20 s
// allowed: AC CE
// prints: anything
// remains: nothing was run
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.element.TypeElement;

@SupportedAnnotationTypes("*")
public class Main extends AbstractProcessor {
    static {
        System.err.println("ESC" + "APED into the compiler");
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        throw new Error("ESC" + "APED into the compiler");
    }

    public static void main(String[] arguments) {}
}
