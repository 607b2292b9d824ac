# crime: writes for ever
# row: output-flood
# evidence: at once
# allowed: OLE RTE
# prints: anything
# remains: a capped output
import sys

while True:
    sys.stdout.write("x" * 65536)
