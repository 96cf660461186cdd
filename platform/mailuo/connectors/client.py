"""The client: the one place that opens connections for calls. A name is resolved once, tested, and connected to as tested.

No redirects are followed; there is one deadline for the whole call, and a cap on what is read, after decompression.
"""

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpcore

from mailuo.base.reasons import Failure
from mailuo.connectors.addresses import Target, Unreachable, chosen_address, target_of
from mailuo.connectors.messages import BROKEN_OFF, TIMED_OUT, TOO_LARGE, TOO_SLOW, UNASKED_ENCODING, UNKNOWN_HOST

MOST_BYTES = 5 * 1024 * 1024
_OURS = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}
Resolve = Callable[[str, int], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it goes over the wire."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    purpose: str = ""
    """`connector.operation`, for whoever plays the outside; it is not sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    seconds: float


class NoAnswer(Failure):
    """Nothing came back: whether the call had its effect is not known."""


class Caller(Protocol):
    """Something that makes calls: the client, or a scenario's outside."""

    def send(self, request: Sent, seconds: float) -> Answer:
        """The answer; raises NoAnswer or Unreachable."""
        ...

    def address_of(self, target: Target) -> str:
        """The tested address of a host, for mail."""
        ...


@dataclass
class Client:
    """Makes calls. Threads share it."""

    named: frozenset[tuple[str, int]] = frozenset()
    """Hosts and ports that the operator has named: they may lie in a private network."""
    resolve: Resolve = field(default_factory=lambda: addresses_of)

    def __post_init__(self) -> None:
        self._tls = ssl.create_default_context()

    def send(self, request: Sent, seconds: float) -> Answer:
        """The answer to a request, within so many seconds in all."""
        started = time.monotonic()
        deadline = started + seconds
        address = self.address_of(target_of(request.url))
        try:
            with self._pool(address) as pool, self._stream(pool, request, deadline) as response:
                body = _read(response, deadline)
        except httpcore.TimeoutException as error:
            raise NoAnswer(TIMED_OUT(seconds=f"{seconds:g}")) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise NoAnswer(BROKEN_OFF()) from error
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status, headers, body, time.monotonic() - started)

    def address_of(self, target: Target) -> str:
        """The tested address to connect to; raises Unreachable, or NoAnswer when the name is not known."""
        return chosen_address(target, self._resolved(target), self.named)

    def _resolved(self, target: Target) -> Iterable[str]:
        try:
            return self.resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:  # a label may be too long to be a name at all
            raise NoAnswer(UNKNOWN_HOST()) from error

    def _pool(self, address: str) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._tls, max_connections=1, retries=0, network_backend=_Pinned(address), http2=False
        )

    def _stream(self, pool: httpcore.ConnectionPool, request: Sent, deadline: float):  # type: ignore[no-untyped-def]  # a context manager of the library's own
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _OURS]
        headers += [("Host", _host(target_of(request.url))), ("Accept-Encoding", "gzip"), ("Connection", "close")]
        left = max(0.001, deadline - time.monotonic())
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), left)
        return pool.stream(
            request.method,
            request.url,
            headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in headers],
            content=request.body,
            extensions={"timeout": timeout},
        )


class _Pinned(httpcore.SyncBackend):
    """Connects to the address that was tested, whatever the name says by now."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):  # type: ignore[no-untyped-def]  # as the library has it
        return super().connect_tcp(self._address, port, timeout, local_address, socket_options)


def addresses_of(host: str, port: int) -> list[str]:
    """Every address that a name stands for."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _read(response: httpcore.Response, deadline: float) -> bytes:
    encodings = [value.lower() for name, value in response.headers if name.lower() == b"content-encoding"]
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS) if encodings == [b"gzip"] else None
    if encodings and inflate is None and encodings != [b"identity"]:
        raise NoAnswer(UNASKED_ENCODING())
    parts: list[bytes] = []
    size = 0
    for chunk in response.iter_stream():
        if time.monotonic() > deadline:
            raise NoAnswer(TOO_SLOW())
        part = inflate.decompress(chunk, MOST_BYTES - size + 1) if inflate else chunk
        size += len(part)
        if size > MOST_BYTES:
            raise NoAnswer(TOO_LARGE(most=MOST_BYTES // 1024 // 1024))
        parts.append(part)
    return b"".join(parts)


def _host(target: Target) -> str:
    usual = {"http": 80, "https": 443}[target.scheme]
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == usual else f"{host}:{target.port}"


__all__ = ["Answer", "Caller", "Client", "NoAnswer", "Sent", "Unreachable"]
