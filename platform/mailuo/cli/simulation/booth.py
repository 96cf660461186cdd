"""A booth: a vendor that listens on loopback, and is as unreliable as the faults have it."""

import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mailuo.base.clock import Clock
from mailuo.cli.simulation.faults import Faults, Trouble
from mailuo.cli.simulation.vendors import Answer, Asked, News, Push, Vendor

_RETRY_AFTER_SECONDS = 2
_SILENT_SECONDS = 12.0
_MOST_BYTES = 5 * 1024 * 1024


class Booth(ThreadingHTTPServer):
    """Serves one vendor; its state is only touched under the lock."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, vendor: Vendor, port: int, clock: Clock, faults: Faults) -> None:
        super().__init__(("127.0.0.1", port), _Counter)
        self._vendor = vendor
        self._clock = clock
        self._faults = faults
        self._lock = Lock()

    def start(self) -> None:
        """Listens from now on."""
        Thread(target=self.serve_forever, daemon=True, name=f"booth {self._vendor.name}").start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What a server has to know to call it and to believe it."""
        return {self._vendor.address: self.url, **self._vendor.environment}

    def hear(self, news: News) -> None:
        """Lets the vendor learn something."""
        with self._lock:
            self._vendor.hear(news)

    def push(self, news: News, forged: bool) -> Push | None:
        """What the vendor pushes about it now."""
        with self._lock:
            push = self._vendor.push(news, self._clock.now())
            return self._vendor.forged(push) if push and forged else push

    @property
    def taken(self) -> list[Mapping[str, Any]]:
        """What was done for us."""
        with self._lock:
            return list(self._vendor.taken)

    def answer(self, asked: Asked) -> Answer | None:
        """What goes back; None for silence."""
        match self._faults.answering():
            case Trouble.BROKEN:
                return Answer({"error": "upstream"}, 503)
            case Trouble.LIMITED:
                return Answer({"error": "too many"}, 429, {"Retry-After": str(_RETRY_AFTER_SECONDS)})
            case Trouble.GARBAGE:
                return Answer(b"<html><body>502 Bad Gateway", 200, {"Content-Type": "text/html"})
            case Trouble.SILENCE:
                return None
            case Trouble.LOST:
                self._answered(asked)
                return None
        return self._answered(asked)

    def _answered(self, asked: Asked) -> Answer:
        with self._lock:
            return self._vendor.answer(asked, self._clock.now())


class _Counter(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: Booth

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        asked = Asked(self.command, parts.path, query, headers, self.rfile.read(length))
        answer = self.server.answer(asked)
        if answer is None:
            time.sleep(_SILENT_SECONDS)
            self.close_connection = True
            return
        body = answer.body
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the simulation has a tally of its own."""
