"""A small S3 service for tests: one bucket in memory, which checks every signature by itself, and may fail when told to."""

import hashlib
import hmac
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

KEY, SECRET, REGION, BUCKET = "AKIDTEST", "a/secret+of tests", "cn-test-1", "attachments"
KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=(\w+)"
)


@dataclass
class S3Service:
    """What the service holds and was asked for."""

    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """(method, key, range) of every request that was signed well."""
    failures: list[int] = field(default_factory=list)
    """Statuses with which the next requests fail; 0 breaks the connection off."""
    cut: int | None = None
    """After how many bytes an answer is broken off."""

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """What `MAILUO_FILES_URL` says of it."""
        return f"s3://{BUCKET}/company/files?endpoint={self.endpoint}&region={REGION}"


@contextmanager
def s3_service(port: int = 0) -> Iterator[S3Service]:
    """The service, while the block lasts."""
    service = S3Service()
    server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"service": service}))
    service.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """Serves, and at its end hangs up on who is still there, as a service does that goes away."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._there: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serves a connection, and remembers it."""
        self._there.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Ends a connection."""
        self._there.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends every connection."""
        for each in tuple(self._there):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: S3Service

    def handle_one_request(self) -> None:
        """Serves one request as usual; whoever hangs up in the middle of an answer may."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._admitted(body):
            self.service.objects[self._key()] = body
            self._answer(200)

    def do_GET(self) -> None:
        if not self._admitted(b""):
            return
        found = self.service.objects.get(self._key())
        if found is None:
            self._refuse(404, "NoSuchKey")
            return
        first = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if first is None:
            self._answer(200, found)
        elif int(first[1]) >= len(found):
            self._refuse(416, "InvalidRange")
        else:
            self._answer(206, found[int(first[1]) :])

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if self._admitted(b""):
            self.service.objects.pop(self._key(), None)
            self._answer(204)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _key(self) -> str:
        return unquote(self.path).removeprefix(f"/{BUCKET}/")

    def _admitted(self, body: bytes) -> bool:
        """Whether the request is signed by the key, for these bytes, now, and meant for the bucket."""
        code = self._fault(body)
        if code is None:
            self.service.asked.append((self.command, self._key(), self.headers.get("Range", "")))
            failure = self.service.failures.pop(0) if self.service.failures else None
            if failure is None:
                return True
            if failure:
                self._refuse(failure, "Failing")
            self.close_connection = True
            return False
        self._refuse(404 if code == "NoSuchBucket" else 403, code)
        return False

    def _fault(self, body: bytes) -> str | None:
        said = _AUTHORIZATION.fullmatch(self.headers.get("Authorization", ""))
        if said is None:
            return "AccessDenied"
        key, day, region, names, signature = said.groups()
        at = self.headers["x-amz-date"]
        sent = datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - sent) > timedelta(minutes=15) or not at.startswith(day):
            return "RequestTimeTooSkewed"
        if hashlib.sha256(body).hexdigest() != self.headers["x-amz-content-sha256"]:
            return "XAmzContentSHA256Mismatch"
        headers = "".join(f"{name}:{self.headers[name]}\n" for name in names.split(";"))
        request = f"{self.command}\n{self.path}\n\n{headers}\n{names}\n{self.headers['x-amz-content-sha256']}"
        text = f"AWS4-HMAC-SHA256\n{at}\n{day}/{REGION}/s3/aws4_request\n{hashlib.sha256(request.encode()).hexdigest()}"
        secret = f"AWS4{SECRET}".encode()
        for part in (day, REGION, "s3", "aws4_request", text):
            secret = hmac.digest(secret, part.encode(), "sha256")
        if (key, region) != (KEY, REGION) or not hmac.compare_digest(secret.hex(), signature):
            return "SignatureDoesNotMatch"
        return None if self.path.startswith(f"/{BUCKET}/") else "NoSuchBucket"

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.service.cut is not None and len(body) > self.service.cut:
            body, self.close_connection = body[: self.service.cut], True
        self.wfile.write(body)
