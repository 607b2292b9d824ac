# crime: doubles a list of blocks
# allowed: MLE RTE
# prints: anything
# remains: no process, no file
blocks = [bytearray(b"x" * (1 << 20))]
while True:
    blocks.extend(bytearray(block) for block in list(blocks))
