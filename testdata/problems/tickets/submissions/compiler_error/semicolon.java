public class semicolon {
    public static void main(String[] args) {
        System.out.println("lucky")
    }
}
