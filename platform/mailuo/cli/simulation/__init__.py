"""Simulation: a workspace's outside world, played from a story against a running server, over HTTP alone."""

TOKEN = "MAILUO_TOKEN"  # noqa: S105 - the name of a variable
"""The variable that holds the integration token with which the story is played."""
