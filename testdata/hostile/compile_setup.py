# crime: is a set-up script that would run when it is compiled
# row: compile-execution
# stage: compile
# allowed: AC
# prints: anything
# remains: nothing was run
import os
import sys

sys.stderr.write("ESCAPED into the compiler\n")
os.fork()
while True:
    pass
