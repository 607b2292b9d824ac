# crime: opens connections with the shell; the port is on standard input
# allowed: AC RTE
# prints: done
# remains: nothing leaves
read -r port
for host in 127.0.0.1 172.17.0.1 8.8.8.8; do
    (echo hello > "/dev/tcp/$host/$port" && echo "SENT to $host") 2> /dev/null
    (echo hello > "/dev/udp/$host/$port" && echo "SENT to $host") 2> /dev/null
done
echo done
