# crime: forks for ever, in every child too
# allowed: TLE RTE
# prints: anything
# remains: no process, no file
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
