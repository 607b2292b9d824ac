# crime: leaves a child in a session of its own
# row: daemon
# evidence: left over
# allowed: AC
# prints: starts with done
# remains: no process, no file
echo done
setsid bash -c 'trap "" HUP TERM; while :; do sleep 0.01; : > planted; done' &
exit 0
