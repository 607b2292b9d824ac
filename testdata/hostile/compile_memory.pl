# crime: fills memory before it is a program
# row: compile-execution
# language: perl
# stage: compile
# limits: cpu 15 s, memory 256 MiB
# allowed: CE
# prints: anything
# remains: no process
BEGIN { my @kept; while (1) { push @kept, "x" x 1000000 } }
print "1\n";
