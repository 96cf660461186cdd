"""What every page and API call shares: bodies in, answers out, who is asking, what the browser may do."""
