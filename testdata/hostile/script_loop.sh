# crime: a script whose interpreter is itself
# row: exec
# allowed: AC RTE TLE
# prints: anything
# remains: no process, no file
printf '#!%s/self\n' "$PWD" >self
chmod 755 self
./self 2>/dev/null
exit 0
