# crime: doubles a string
# allowed: MLE RTE
# prints: anything
# remains: no process, no file
text=0123456789abcdef
while :; do text=$text$text; done
