# crime: doubles a list of blocks
# row: memory-bomb
# limits: cpu 15 s, memory 128 MiB
# allowed: MLE RTE
# prints: anything
# remains: no process, no file
blocks = [bytearray(b"x" * (1 << 20))]
while True:
    blocks.extend(bytearray(block) for block in list(blocks))
