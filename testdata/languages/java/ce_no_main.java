public class Main {
    public static void mean(String[] args) {
    }
}
