"""The strings."""
