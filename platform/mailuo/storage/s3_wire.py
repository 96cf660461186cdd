"""The wire to an S3 service: one signed request at a time, its limits of time, and its failures in words.

The operator has named the service, so that it may lie in a private network. Whatever is asked here may be asked twice.
"""

import io
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO
from urllib.parse import urlsplit

import httpcore

from mailuo.base.clock import Clock, SystemClock
from mailuo.base.problems import Problem
from mailuo.base.s3_address import S3Address
from mailuo.storage.faults import FilesAway
from mailuo.storage.messages import BUCKET_MISSING, KEYS_REFUSED, S3_REFUSED, S3_SILENT
from mailuo.storage.s3_signature import Pen, stamp

SECONDS = 20.0
"""How long the service may be silent."""
_CONNECT_SECONDS = 3.0
_MOST_CONNECTIONS = 64
_IDLE_SECONDS = 5.0
_CHUNK = 256 * 1024
_MOST_ERROR = 64 * 1024
_WAITS = (0.1, 0.5)
"""Before a request is made again that the service could not take, or that broke off."""
_BUSY = (500, 502, 503, 504)


class NoObject(FileNotFoundError):
    """Nothing is kept under the key."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a request brings, from the beginning of `content` to its end."""

    content: BinaryIO
    size: int
    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """The content, anew each time."""
        self.content.seek(0)
        while chunk := self.content.read(_CHUNK):
            yield chunk


_NOTHING = Body(io.BytesIO(), 0, sha256().hexdigest())


class Wire:
    """Makes requests about objects. Threads share it; connections are kept for a while."""

    def __init__(self, address: S3Address, clock: Clock | None = None) -> None:
        self._address = address
        self._clock = clock or SystemClock()
        self._pen = Pen(address.key_id, address.secret, address.region)
        parts = urlsplit(address.origin)
        self._host = parts.netloc
        self._target = parts.scheme.encode(), (parts.hostname or "").encode("idna"), parts.port
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._pool = httpcore.ConnectionPool(
            tls, max_connections=_MOST_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS, retries=0
        )

    def close(self) -> None:
        """Ends the connections."""
        self._pool.close()

    def ask(
        self, method: str, key: str, body: Body = _NOTHING, *, start: int = 0, seconds: float = SECONDS
    ) -> httpcore.Response:
        """The answer to a request that succeeded, to be closed by the caller; raises NoObject and FilesAway."""
        with self.told():
            for wait in _WAITS:
                response = self._once(method, key, body, start, seconds)
                if response is not None:
                    return self._good(response, start)
                time.sleep(wait)
            return self._good(self._sent(method, key, body, start, seconds), start)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Raises FilesAway in place of the library's exceptions."""
        try:
            yield
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            if isinstance(error, NoObject | FilesAway):
                raise
            raise FilesAway(S3_SILENT(endpoint=self._address.endpoint)) from error

    def _once(self, method: str, key: str, body: Body, start: int, seconds: float) -> httpcore.Response | None:
        """The answer; None when it broke off, or when the service could not take the request just now."""
        try:
            response = self._sent(method, key, body, start, seconds)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.ProtocolError):
            return None
        if response.status not in _BUSY:
            return response
        response.close()
        return None

    def _sent(self, method: str, key: str, body: Body, start: int, seconds: float) -> httpcore.Response:
        path = self._address.path(key)
        headers = {
            "host": self._host,
            "x-amz-content-sha256": body.sha256,
            "x-amz-date": stamp(self._clock.now()),
            **({"range": f"bytes={start}-"} if start else {}),
            **({"x-amz-security-token": self._address.token} if self._address.token else {}),
        }
        headers["authorization"] = self._pen.authorization(method, path, headers)
        if method == "PUT":
            headers["content-length"] = str(body.size)
        limits = {"connect": min(seconds, _CONNECT_SECONDS), "read": seconds, "write": seconds, "pool": seconds}
        request = httpcore.Request(
            method,
            httpcore.URL(scheme=self._target[0], host=self._target[1], port=self._target[2], target=path.encode()),
            headers=[(name.encode(), value.encode()) for name, value in headers.items()],
            content=body.chunks() if body.size else None,
            extensions={"timeout": limits},
        )
        return self._pool.handle_request(request)

    def _good(self, response: httpcore.Response, start: int) -> httpcore.Response:
        """The response, if it brings what was asked for."""
        if response.status == 206 or response.status in (200, 204) and not start:
            return response
        try:
            said = _read(response)
        finally:
            response.close()
        if response.status == 404 and b"NoSuchBucket" not in said:
            raise NoObject
        raise FilesAway(self._reason(response.status))

    def _reason(self, status: int) -> Problem:
        bucket, endpoint = self._address.bucket, self._address.endpoint
        match status:
            case 404:
                return BUCKET_MISSING(bucket=bucket, endpoint=endpoint)
            case 401 | 403:
                return KEYS_REFUSED(bucket=bucket, endpoint=endpoint)
        return S3_REFUSED(status=status, region=self._address.region, bucket=bucket, endpoint=endpoint)


def _read(response: httpcore.Response) -> bytes:
    """How the answer of a failure begins."""
    said = b""
    for chunk in response.iter_stream():
        said += chunk
        if len(said) > _MOST_ERROR:
            break
    return said
