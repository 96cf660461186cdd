"""Simulation: a workspace's outside world, played from a story against a running server, over HTTP alone."""
