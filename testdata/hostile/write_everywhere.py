# crime: creates files in every place it can name, and thousands in the one where it may
# row: rewrite
# limits: cpu 5 s, wall 60 s
# allowed: AC RTE
# prints: done
# remains: no file
# except trusted: what the user may write on the host it may write
import os

for place in ["/", "/box", "/usr/bin", "/etc", "/home", "/root", "/var/tmp", "/dev", "/opt", "/run"]:
    try:
        with open(os.path.join(place, "planted"), "w"):
            print("WROTE", place)
    except OSError:
        pass
try:
    for number in range(100_000):
        open(f"/tmp/planted\n{number}", "w").close()
except OSError:
    pass
print("done")
