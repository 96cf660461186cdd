"""Draining: what is left of a refused request's body is read, so that its answer arrives and the connection goes on.

A server that closes a connection with unread bytes resets it, and the answer may be lost on the way. A sender that falls
silent in the middle of a body is not waited for for ever, for it holds a thread.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket

from flask import Flask, Response, request

_REFUSED = 400
_MOST = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_SECONDS = 2.0
_SILENCE_SECONDS = 20.0
_SOCKET = "gunicorn.socket"


def install(app: Flask) -> None:
    """Bounds the silence within a body, and drains after every refusal."""
    app.before_request(_listen)
    app.after_request(_drain)


def _listen() -> None:
    connection: socket | None = request.environ.get(_SOCKET)
    if connection is not None and request.content_length:
        connection.settimeout(_SILENCE_SECONDS)


def _drain(response: Response) -> Response:
    if response.status_code >= _REFUSED and request.content_length:
        body, left, until = request.environ["wsgi.input"], _MOST, time.monotonic() + _SECONDS
        with _patience(request.environ.get(_SOCKET)), suppress(OSError):  # the sender has gone, or waits for us
            while left > 0 and time.monotonic() < until and (chunk := body.read(_CHUNK)):
                left -= len(chunk)
    return response


@contextmanager
def _patience(connection: socket | None) -> Iterator[None]:
    """Has reading give up on a sender that announced more than it sends: it may be waiting for the answer."""
    if connection is None:
        yield
        return
    usual = connection.gettimeout()
    connection.settimeout(_SECONDS)
    try:
        yield
    finally:
        connection.settimeout(usual)
