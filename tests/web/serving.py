"""A really running server for the browser to visit, and what a test says to it beside the browser."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

ADMIN_PASSWORD = "admin-of-the-web-tests"
COMMAND = (sys.executable, "-m", "mailuo")


@dataclass(frozen=True)
class Site:
    """A running server, and a token that speaks for its outside sources."""

    url: str
    token: str
    home: Path

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The JSON answer of an API call."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/api/v1{path}", data, headers, method=method), timeout=20) as answer:
            return json.loads(answer.read() or b"{}")

    def order(self, **values: object) -> str:
        """The number of a new order."""
        given = {
            "channel": "TM",
            "kind": "custom",
            "ordered_at": "2026-01-15T09:00:00+08:00",
            "amount": "8800.00",
        } | values
        return str(self.call("POST", "/tables/orders/records", given)["order_no"])

    def claim(self, order: str, node: str, source: str, at: str) -> None:
        """Says in the name of a source that an order reached a node."""
        self.call("POST", f"/tables/orders/records/{order}/claims", {"node": node, "source": source, "at": at})


@contextmanager
def serving(workspace: Path, home: Path, **environment: str) -> Iterator[str]:
    """The URL of a server with a workspace, on a fresh home."""
    port = _free_port()
    with (home / "server.log").open("wb") as log:
        arguments = ["serve", "--workspace", str(workspace), "--port", str(port)]
        server = subprocess.Popen([*COMMAND, *arguments], env=surroundings(home, **environment), stdout=log, stderr=log, cwd=home)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url, server, home / "server.log")
            yield url
        finally:
            server.terminate()
            try:
                server.wait(20)
            finally:
                server.kill()


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a server and of the commands beside it."""
    return {**os.environ, "MAILUO_HOME": str(home), "MAILUO_ADMIN_PASSWORD": ADMIN_PASSWORD, "MAILUO_LANG": "zh", **more}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/healthz", timeout=2):
                return
        except (URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()[-4000:]}")
