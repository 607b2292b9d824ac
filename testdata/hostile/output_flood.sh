# crime: writes for ever
# allowed: OLE
# prints: anything
# remains: a capped output
exec yes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
