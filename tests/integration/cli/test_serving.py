"""Serving, with real processes: the first start, a command beside it, a kill, the next start, and an orderly end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Mailuo, edit

PATIENCE_SECONDS = 60.0
REMARK = "  remark: {title: 备注, type: text}\n"
MORE = "  more: {title: 更多, type: text}\n"


@dataclass
class Served:
    """A server in a process of its own."""

    process: "subprocess.Popen[str]"
    port: int

    def status(self, path: str) -> int:
        """What a path is answered with, to somebody who did not sign in."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return json.loads(answer.read()) if answer.status == 200 else None
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Returns when requests are answered."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert self.process.poll() is None, self.process.communicate()
            try:
                if self.get("/readyz"):
                    return
            except OSError:
                assert time.monotonic() < ends, "it never answered"
                time.sleep(0.05)

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
        """What it printed, and what it logged, when it has ended."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=PATIENCE_SECONDS)


@contextmanager
def served(*arguments: str | Path) -> Iterator[Served]:
    """A server on a free port, ended in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    call = [sys.executable, "-m", "mailuo", "serve", "--port", str(port), *map(str, arguments)]
    process = subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ, start_new_session=True
    )
    try:
        found = Served(process, port)
        found.wait_until_ready()
        yield found
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.mark.usefixtures("home")
def test_the_first_start_publishes_the_workspace_and_shows_a_password_once(workspace: Path) -> None:
    with served("--workspace", workspace) as server:
        assert server.get("/readyz")["declarations"]["revision"] == 1
        out, log = server.end()
    assert "admin" in out
    assert f"http://127.0.0.1:{server.port}" in out
    assert (server.process.returncode, log) == (0, "")
    with served("--workspace", workspace) as server:
        assert "admin" not in server.end()[0]


@pytest.mark.usefixtures("home")
def test_a_line_that_names_five_hundred_ids_is_read(workspace: Path) -> None:
    with served("--workspace", workspace) as server:
        ids = "%2C".join(["0" * 36] * 500)
        assert server.status(f"/api/v1/tables/requests/records?ids={ids}") == 401


@pytest.mark.usefixtures("home")
def test_a_body_that_is_announced_and_never_sent_holds_up_nobody(workspace: Path) -> None:
    with served("--workspace", workspace) as server, socket.create_connection(("127.0.0.1", server.port), timeout=10) as sender:
        sender.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\nContent-Type: application/json\r\n\r\n{")
        assert sender.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_later_start_serves_what_is_running_and_warns_when_the_folder_differs(
    mailuo: Mailuo, published: Path
) -> None:
    edit(published, "requests", REMARK, REMARK + MORE)
    with served("--workspace", published) as server:
        assert server.get("/readyz")["declarations"]["revision"] == 1
        _, log = server.end()
    assert "mailuo apply" in log
    assert mailuo("revisions").out.count("\n") == 1


def test_a_command_publishes_beside_a_server_which_takes_it_up(mailuo: Mailuo, published: Path) -> None:
    edit(published, "requests", REMARK, REMARK + MORE)
    with served() as server:
        assert mailuo("apply", published, "--yes").last == "已发布版本 2"
        ends = time.monotonic() + 1.5
        while server.get("/readyz")["declarations"]["revision"] != 2:
            assert time.monotonic() < ends, "the server did not notice"
            time.sleep(0.05)


@pytest.mark.usefixtures("published")
def test_a_second_server_is_refused_and_a_killed_one_leaves_no_lock(mailuo: Mailuo) -> None:
    with served() as server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        outcome = mailuo("serve", "--port", port)
        assert outcome.code == 1
        assert "已有一个服务在运行" in outcome.err
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.communicate()
    with served() as again:
        assert again.get("/readyz")["status"] == "ok"


@pytest.mark.usefixtures("published")
def test_a_port_that_is_taken_is_told(mailuo: Mailuo) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        outcome = mailuo("serve", "--port", taken.getsockname()[1])
    assert outcome.code == 1
    assert "--port" in outcome.err
