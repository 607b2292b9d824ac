# crime: forks twice into a session of its own and stays
# row: daemon
# evidence: left over
# allowed: AC
# prints: starts with done
# remains: no process, no file
import os
import time

print("done", flush=True)
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
while True:
    time.sleep(0.001)
    open("planted", "w").close()
