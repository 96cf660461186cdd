"""Floor 6: outside systems: declarations and values to requests, bytes to events, and how each side proves itself."""
