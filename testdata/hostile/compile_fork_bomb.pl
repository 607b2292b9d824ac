# crime: forks for ever before it is a program
# row: compile-execution
# language: perl
# stage: compile
# limits: cpu 2 s, wall 20 s
# allowed: CE
# prints: anything
# remains: no process
# except trusted: without a group, memory that forks share is counted for each of them, sampled, and the host is busy
BEGIN { while (1) { fork } }
print "1\n";
