# crime: creates files in every place it can name, deletes what it finds
# row: rewrite
# allowed: AC RTE
# prints: done
# remains: no file
# except trusted: what the user may write on the host it may write
for place in / /box /usr/bin /etc /home /root /var/tmp /dev /opt /run; do
    (echo x > "$place/planted" && echo "WROTE $place") 2> /dev/null
done
rm -rf --no-preserve-root /usr/bin/env /etc /box /home 2> /dev/null
[ -e /usr/bin/env ] && [ -e /etc/passwd ] || echo "DELETED something"
echo x > /tmp/planted; echo x 2> /dev/null > /dev/shm/planted
echo done
