# crime: sleeps, uses no CPU
# row: sleep
# evidence: idle
# limits: wall 3 s
# allowed: TLE
# prints: anything
# remains: no process, no file
sleep 1000
