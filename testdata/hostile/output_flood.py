# crime: writes for ever
# allowed: OLE RTE
# prints: anything
# remains: a capped output
import sys

while True:
    sys.stdout.write("x" * 65536)
