# crime: makes system calls by number, from memory it has mapped, and breaks its own interpreter
# row: python
# limits: cpu 4 s
# allowed: RTE
# prints: starts with refused
# remains: nothing
# except trusted: there is no filter
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for number in [101, 165, 166, 161, 169, 272, 298, 308, 310, 321, 323, 425]:
    if libc.syscall(number, 0, 0, 0, 0, 0) >= 0:
        print("ALLOWED", number)
print("refused", flush=True)
ctypes.string_at(8)
