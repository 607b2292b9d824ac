# crime: the classic
# row: fork-bomb
# allowed: AC TLE RTE
# prints: anything
# remains: no process, no file
# except trusted: without a group, memory that forks share is counted for each of them: MLE
bomb() { bomb | bomb & }
bomb
while :; do :; done
