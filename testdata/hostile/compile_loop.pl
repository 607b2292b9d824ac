# crime: computes for ever before it is a program, in several processes
# row: compile-execution
# language: perl
# stage: compile
# limits: cpu 1 s, wall 20 s
# allowed: CE
# prints: anything
# remains: no process
BEGIN { fork; fork; setpgrp; while (1) {} }
print "1\n";
