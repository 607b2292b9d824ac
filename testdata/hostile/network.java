// crime: connects to the host by stream and by datagram
// row: network
// limits: cpu 5 s, wall 30 s
// allowed: AC RTE
// prints: done
// remains: nothing leaves
// except trusted: the host's network is in reach
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        int port = new Scanner(System.in).nextInt();
        try (var socket = new Socket("127.0.0.1", port)) {
            System.out.println("CONNECTED");
        } catch (Exception refused) {
        }
        try (var socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(new byte[5], 5, InetAddress.getByName("127.0.0.1"), port));
        } catch (Exception refused) {
        }
        System.out.println("done");
    }
}
