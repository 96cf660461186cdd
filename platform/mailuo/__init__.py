"""The engine of Mailuo: declarations become a running order table."""
