"""The messenger and the bag."""
