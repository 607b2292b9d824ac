// crime: starts shells by every way Java has, and leaves them
// row: java
// limits: cpu 5 s, wall 30 s
// allowed: AC RTE
// prints: done
// remains: no process, no file
// except trusted: what the user may write on the host it may write
public class Main {
    public static void main(String[] arguments) {
        try {
            Runtime.getRuntime().exec(new String[] {"/bin/sh", "-c", "sleep 1000 & echo x >/tmp/planted"});
            new ProcessBuilder("/bin/sh", "-c", "exec sleep 1000").start();
        } catch (Exception refused) {
        }
        System.out.println("done");
    }
}
