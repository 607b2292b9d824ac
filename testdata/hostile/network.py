# crime: opens connections, asks for names; the port is on standard input
# row: network
# allowed: AC RTE
# prints: done
# remains: nothing leaves
# except trusted: the host's network is in reach
import socket

port = int(input().split()[0])
for host in ["127.0.0.1", "172.17.0.1", "8.8.8.8"]:
    for kind in [socket.SOCK_STREAM, socket.SOCK_DGRAM]:
        try:
            with socket.socket(socket.AF_INET, kind) as out:
                out.settimeout(0.2)
                out.connect((host, port))
                out.send(b"hello")
                print("SENT to", host)
        except OSError:
            pass
try:
    print("RESOLVED", socket.getaddrinfo("example.org", 80))
except OSError:
    pass
print("done")
