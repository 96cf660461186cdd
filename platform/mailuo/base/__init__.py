"""Floor 0: what every other floor speaks in: problems, moments, ids, settings."""
