# crime: sleeps, uses no CPU
# allowed: TLE
# prints: anything
# remains: no process, no file
import time

time.sleep(1000)
