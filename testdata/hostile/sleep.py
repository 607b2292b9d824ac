# crime: sleeps, uses no CPU
# row: sleep
# evidence: idle
# limits: wall 3 s
# allowed: TLE
# prints: anything
# remains: no process, no file
import time

time.sleep(1000)
