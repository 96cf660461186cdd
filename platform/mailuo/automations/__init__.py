"""Floor 7: what the outbox calls for: one record each, once, as the system."""
