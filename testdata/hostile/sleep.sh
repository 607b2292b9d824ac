# crime: sleeps, uses no CPU
# allowed: TLE
# prints: anything
# remains: no process, no file
sleep 1000
