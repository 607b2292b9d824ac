# crime: an interpreter in one megabyte
# row: tiny-memory
# limits: memory 1024 KiB, cpu 5 s
# allowed: MLE
# prints: anything
# remains: a runner that still answers
print(1)
