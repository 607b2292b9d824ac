# crime: leaves a writer behind that would go on for ever
# row: kept-pipe
# allowed: AC OLE
# prints: anything
# remains: no process
(while :; do echo more; echo more >&2; sleep 0.01; done) &
exit 0
