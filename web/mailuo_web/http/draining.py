"""Draining: what is left of a refused request's body is read, so that its answer arrives and the connection goes on.

A server that closes a connection with unread bytes resets it, and the answer may be lost on the way.
"""

from contextlib import suppress

from flask import Flask, Response, request

_REFUSED = 400
_MOST = 32 * 1024 * 1024
_CHUNK = 64 * 1024


def install(app: Flask) -> None:
    """Drains after every refusal."""
    app.after_request(_drain)


def _drain(response: Response) -> Response:
    if response.status_code >= _REFUSED and request.content_length:
        body, left = request.environ["wsgi.input"], _MOST
        with suppress(OSError):  # the sender has gone
            while left > 0 and (chunk := body.read(_CHUNK)):
                left -= len(chunk)
    return response
