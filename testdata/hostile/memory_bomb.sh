# crime: doubles a string
# row: memory-bomb
# limits: cpu 15 s, memory 128 MiB
# allowed: MLE RTE
# prints: anything
# remains: no process, no file
text=0123456789abcdef
while :; do text=$text$text; done
