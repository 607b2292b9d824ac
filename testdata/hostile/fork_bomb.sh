# crime: the classic
# allowed: AC TLE RTE
# prints: anything
# remains: no process, no file
bomb() { bomb | bomb & }
bomb
while :; do :; done
