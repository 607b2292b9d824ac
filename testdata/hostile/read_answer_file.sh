# crime: looks for answers and secrets in every place it can name
# row: secrets
# allowed: AC RTE
# prints: done
# remains: nothing is read
# except trusted: the host's files are in sight; its users are people who may see them
find /tmp /box /home /root /var /srv /mnt /opt /work /etc /run /data /sys \( -name '*.ans' -o -name '*gavel-secret*' \) -printf 'FOUND %p\n' 2> /dev/null
cat /etc/shadow /proc/1/environ /proc/1/root/etc/shadow 2> /dev/null
env | grep -i gavel
echo done
