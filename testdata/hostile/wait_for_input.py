# crime: waits for more input than there is, on an end nobody closes
# row: sleep
# evidence: idle
# limits: wall 3 s
# allowed: TLE
# prints: anything
# remains: no process
import os

reader, writer = os.pipe()
os.read(reader, 1)
