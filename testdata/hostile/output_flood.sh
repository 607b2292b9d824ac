# crime: writes for ever
# row: output-flood
# allowed: OLE
# prints: anything
# remains: a capped output
exec yes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
