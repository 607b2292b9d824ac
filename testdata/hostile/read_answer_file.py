# crime: looks for answers and secrets in every place it can name
# row: secrets
# allowed: AC RTE
# prints: done
# remains: nothing is read
# except trusted: the host's files are in sight; its users are people who may see them
import os

for top in ["/tmp", "/box", "/home", "/root", "/var", "/srv", "/mnt", "/opt", "/work", "/etc", "/run", "/data", "/sys"]:
    for directory, _, names in os.walk(top):
        for name in names:
            if name.endswith(".ans") or "gavel-secret" in name:
                print("FOUND", os.path.join(directory, name))
for path in ["/etc/shadow", "/proc/1/environ", "/proc/1/root/etc/shadow", "../../etc/shadow"]:
    try:
        with open(path, "rb") as file:
            if file.read(100):
                print("FOUND", path)
    except OSError:
        pass
for number in range(3, 256):
    try:
        if os.pread(number, 100, 0):
            print("FOUND descriptor", number)
    except OSError:
        pass
if any("gavel" in name.lower() for name in os.environ):
    print("FOUND environment")
print("done")
