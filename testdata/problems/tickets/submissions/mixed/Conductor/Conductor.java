public class Conductor {
    static boolean lucky(String ticket) {
        int half = ticket.length() / 2;
        return ticket.substring(0, half).chars().sum() == ticket.substring(half).chars().sum();
    }

    public static void main(String[] args) {
        System.exit(1);
    }
}
