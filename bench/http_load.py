"""Load: requests over connections that stay open, sent by one thread that does next to nothing else.

Each connection sends its next request when the last one is answered. The server's own processor time is read beside
the clock: on a busy machine it is the steadier of the two.
"""

import os
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8
_WARM = 0.2
"""The share of the time that goes by before anything counts."""
_TICKS = os.sysconf("SC_CLK_TCK")
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_ANSWER_SECONDS = 30.0


class WrongAnswer(Exception):
    """The server answered a request with an error: the run is void."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did under load: requests a second, and milliseconds of its processor for each."""

    rate: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """One request: method, path, body."""

    method: str
    path: str
    body: bytes = b""

    def wire(self, token: str) -> bytes:
        """The request as it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join(lines).encode() + _END + self.body


def loaded(port: int, server: int, calls: Iterator[Call], token: str, seconds: float) -> Load:
    """What the server of a process at a port reaches; raises WrongAnswer at the first error."""
    with selectors.DefaultSelector() as selector:
        for connection in [_Connection(port) for _ in range(CONNECTIONS)]:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(calls).wire(token))
        _answers(selector, calls, token, seconds * _WARM)
        worked, begun = _worked(server), time.perf_counter()
        count = _answers(selector, calls, token, seconds)
        spent, took = _worked(server) - worked, time.perf_counter() - begun
        _drain(selector)
    return Load(count / took, 1000 * spent / count)


def answer(port: int, call: Call, token: str) -> bytes:
    """The body that one request is answered with."""
    connection = _Connection(port)
    connection.send(call.wire(token))
    while not connection.answered():
        pass
    connection.socket.close()
    return connection.body


class _Connection:
    """A connection that waits for one answer at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""
        self.body = b""

    def send(self, wire: bytes) -> None:
        """Sends a request."""
        self._got = b""
        self.socket.sendall(wire)

    def answered(self) -> bool:
        """Whether the answer has come in whole; raises WrongAnswer when it is an error."""
        more = self.socket.recv(262_144)
        if not more:
            raise WrongAnswer("the connection was closed")
        self._got += more
        head, end, body = self._got.partition(_END)
        if not end or len(body) < _length(head):
            return False
        if not head.startswith(b"HTTP/1.1 2"):
            raise WrongAnswer(f"{head[:40]!r} {body[:400]!r}")
        self.body = body
        return True


def _length(head: bytes) -> int:
    small = head.lower()
    start = small.index(_LENGTH) + len(_LENGTH)
    return int(small[start:].split(b"\r\n", 1)[0])


def _answers(selector: selectors.BaseSelector, calls: Iterator[Call], token: str, seconds: float) -> int:
    """How many answers come in so many seconds; each is followed by the next request."""
    count, ends = 0, time.perf_counter() + seconds
    while time.perf_counter() < ends:
        for key, _ in selector.select(_ANSWER_SECONDS):
            connection: _Connection = key.data
            if connection.answered():
                count += 1
                connection.send(next(calls).wire(token))
    return count


def _drain(selector: selectors.BaseSelector) -> None:
    """Waits for the last answers."""
    for key in list(selector.get_map().values()):
        while not key.data.answered():
            pass
        key.data.socket.close()


def _worked(server: int) -> float:
    """Seconds of the processor that a process and its children have used."""
    return sum(_seconds(process) for process in _family(server))


def _family(process: int) -> Sequence[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return [process, *(each for child in children for each in _family(int(child)))]


def _seconds(process: int) -> float:
    after_name = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS
