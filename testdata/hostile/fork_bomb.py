# crime: forks for ever, in every child too
# row: fork-bomb
# limits: memory 512 MiB
# allowed: TLE RTE
# prints: anything
# remains: no process, no file
# except trusted: without a group, memory that forks share is counted for each of them: MLE
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
