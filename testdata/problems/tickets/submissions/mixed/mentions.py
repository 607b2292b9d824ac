"""Says what the @EXPECTED_RESULTS@: tag is for, and then uses it.

@EXPECTED_RESULTS@: WRONG-ANSWER
"""
