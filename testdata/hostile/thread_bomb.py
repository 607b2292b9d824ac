# crime: starts threads until it may not, and fails
# row: thread-bomb
# allowed: RTE TLE
# prints: anything
# remains: no process
import threading
import time

while True:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
