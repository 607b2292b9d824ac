# crime: opens connections with the shell; the port is on standard input
# row: network
# allowed: AC RTE
# prints: done
# remains: nothing leaves
# except trusted: the host's network is in reach
read -r port _
for host in 127.0.0.1 172.17.0.1 8.8.8.8; do
    (echo hello > "/dev/tcp/$host/$port" && echo "SENT to $host") 2> /dev/null
    (echo hello > "/dev/udp/$host/$port" && echo "SENT to $host") 2> /dev/null
done
echo done
