"""Floor 10: the commands."""
