# @EXPECTED_RESULTS@: NO-OUTPUT
for line in open(0):
    pass
