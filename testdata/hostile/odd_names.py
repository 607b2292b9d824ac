# crime: files whose names are paths, options, commands and no text at all
# row: disk-flood
# allowed: AC
# prints: done
# collects: refused
# remains: no file
import os

for name in [b"a\nb", b"\xff\xfe", b"-rf ..", b"$(reboot)", b"`id`", b"*", b" ", b"..a", b"\\", b"%s%n", b"'\";"]:
    with open(name, "wb") as file:
        file.write(b"x")
print("done")
