"""Mailuo over HTTP: the pages, the API, and what browsers load."""
