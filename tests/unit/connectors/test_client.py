"""The client against a server on this machine's loopback."""

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mailuo.connectors.client import MOST_BYTES, Client, NoAnswer, Sent, Unreachable


class Vendor(BaseHTTPRequestHandler):
    """Answers by the path."""

    def do_POST(self) -> None:
        """Says what it was sent, or misbehaves."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/slow":
            self.server.stop.wait(5)  # type: ignore[attr-defined]  # set below
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        answer = (
            gzip.compress(b"0" * (MOST_BYTES + 1))
            if self.path == "/bomb"
            else self.headers["Host"].encode() + b"|" + body
        )
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        if self.path == "/bomb":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a running vendor."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
    server.stop = threading.Event()  # type: ignore[attr-defined]  # ends the slow answer with the test
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.stop.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def client(port: int) -> Client:
    """A client to which the vendor is known by a name."""
    return Client(frozenset({("vendor.example", port)}), lambda host, port: ["127.0.0.1"])


def url(port: int, path: str = "/") -> str:
    """An address of the vendor."""
    return f"http://vendor.example:{port}{path}"


def test_a_call_keeps_its_host_and_its_bytes(port: int) -> None:
    answer = client(port).send(
        Sent("POST", url(port), {"Content-Type": "text/plain", "Host": "other"}, "桌".encode()), 5
    )
    assert answer.status == 200
    assert answer.body == f"vendor.example:{port}|桌".encode()


def test_a_host_that_resolves_to_the_inside_is_not_called(port: int) -> None:
    with pytest.raises(Unreachable):
        Client(frozenset(), lambda host, port: ["127.0.0.1"]).send(Sent("POST", "http://vendor.example/", {}), 5)


def test_a_redirect_is_an_answer_and_not_followed(port: int) -> None:
    assert client(port).send(Sent("POST", url(port, "/moved"), {}), 5).status == 302


def test_a_slow_answer_is_a_timeout_within_the_deadline(port: int) -> None:
    started = time.monotonic()
    with pytest.raises(NoAnswer) as told:
        client(port).send(Sent("POST", url(port, "/slow"), {}), 0.3)
    assert told.value.why.code == "timeout"
    assert time.monotonic() - started < 3


def test_an_answer_that_inflates_beyond_the_cap_is_not_read(port: int) -> None:
    with pytest.raises(NoAnswer, match="larger"):
        client(port).send(Sent("POST", url(port, "/bomb"), {}), 5)


def test_a_closed_port_is_no_answer() -> None:
    with pytest.raises(NoAnswer) as told:
        Client(frozenset({("vendor.example", 9)}), lambda host, port: ["127.0.0.1"]).send(
            Sent("GET", "http://vendor.example:9/", {}), 2
        )
    assert told.value.why.code == "no_connection"


def test_a_host_whose_name_is_too_long_to_be_one_is_not_known() -> None:
    with pytest.raises(NoAnswer, match="not known"):
        Client().send(Sent("GET", f"http://{'a' * 300}.example/", {}), 1)
