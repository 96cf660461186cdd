"""A vendor on this machine's loopback, which answers as a test tells it to and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Heard:
    """One request as the vendor got it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The form, decoded once."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


Answers = Callable[[Heard], tuple[int, object]]
"""The status and the body of the answer to a request; a body that is not bytes goes out as JSON."""


@dataclass
class Vendor:
    """A running vendor."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    answers: Answers = lambda heard: (200, {})
    headers: dict[str, str] = field(default_factory=dict)

    def paths(self) -> list[str]:
        """What it was asked for, in order."""
        return [each.path for each in self.heard]


@contextmanager
def running_vendor() -> Iterator[Vendor]:
    """A vendor, as long as it lasts."""
    vendor = Vendor("")

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            heard = Heard(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            vendor.heard.append(heard)
            status, body = vendor.answers(heard)
            raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            for name, value in vendor.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - the server's own names

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vendor.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
