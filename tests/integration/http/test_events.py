"""Streams of events over real servers: heard across processes, for those who may know, until the credential or the server ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import insert

from mailuo.base.ids import new_id
from mailuo.cli.listening import GRACE_SECONDS
from mailuo.storage import system
from mailuo.storage.engine import Store
from tests.integration.http.conftest import FOLDER, ORDER, Shop

PASSWORD = "a good long password"
PROCESSES = 2


@dataclass
class Server:
    """A running server of one process or two."""

    url: str
    process: "subprocess.Popen[bytes]"
    environment: dict[str, str]
    home: Path

    def token(self, *roles: str) -> str:
        """A new token of these roles."""
        return str(self.call(self.admin, "POST", "/tokens", {"name": "-".join(roles), "roles": roles})["token"])

    def person(self, name: str, role: str) -> str:
        """A token that is the session of a new person."""
        made = self.call(self.admin, "POST", "/people", {"name": name, "roles": [role]})
        return self.session(name, made["password"])

    @cached_property
    def admin(self) -> str:
        """A token that is the admin's session."""
        return self.session("admin", PASSWORD)

    def call(self, token: str, method: str, path: str, body: object = None) -> Any:
        """The answer to a call."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/api/v1{path}", data, headers, method=method), timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def session(self, name: str, password: str) -> str:
        """A token that is a person's session."""
        return str(self.call("", "POST", "/session?token=1", {"username": name, "password": password})["token"])


@dataclass
class Ear:
    """Somebody who listens, in a thread."""

    connection: HTTPConnection
    response: HTTPResponse
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    position: str = ""
    greeted: dict[str, Any] = field(default_factory=dict)
    over: bool = False

    def listen(self) -> None:
        """Reads to the end."""
        kind = ""
        try:
            for raw in self.response:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "id":
                    self.position = value
                elif name == "event":
                    kind = value
                elif name == "data" and kind == "hello":
                    self.greeted = json.loads(value)
                elif name == "data":
                    self.heard.append((kind, json.loads(value)))
        except (OSError, ValueError):
            pass
        finally:
            self.connection.close()
            self.over = True

    def wait(self, kind: str, seconds: float = 5.0) -> dict[str, Any]:
        """The first event of a kind."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = next((told for each, told in list(self.heard) if each == kind), None)
            if found is not None:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no {kind} among {self.heard}")


def listens(server: Server, token: str, path: str = "/events") -> Ear:
    """Somebody who listens from now on."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = HTTPConnection(host, int(port), timeout=30)
    connection.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
    response = connection.getresponse()
    assert response.status == 200, response.read()
    assert response.headers["Content-Type"].startswith("text/event-stream")
    ear = Ear(connection, response)
    Thread(target=ear.listen, daemon=True).start()
    until = time.monotonic() + 5
    while not ear.position and time.monotonic() < until:
        time.sleep(0.02)
    assert ear.position
    return ear


@contextmanager
def serving(database_url: str, home: Path) -> Iterator[Server]:
    """A server over a database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    workspace = home / "shop"
    for path in FOLDER.glob("*.yaml"):
        folder = workspace / ("automations" if path.stem == "alerts" else "tables")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    environment = {
        **os.environ, "MAILUO_HOME": str(home / "home"), "MAILUO_DATABASE_URL": database_url, "MAILUO_ADMIN_PASSWORD": PASSWORD,
    }  # fmt: skip
    processes = "1" if database_url.startswith("sqlite") else str(PROCESSES)
    command = [sys.executable, "-m", "mailuo", "serve", "--workspace", str(workspace), "--port", str(port), "--processes", processes]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)
        server = Server(f"http://127.0.0.1:{port}", process, environment, home)
        try:
            _wait(server, home / "server.log")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()


def _wait(server: Server, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.process.poll() is None:
        try:
            with urlopen(f"{server.url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-4000:])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server, once on each kind of database; of two processes on PostgreSQL."""
    home = tmp_path_factory.mktemp("server")
    (home / "home").mkdir()
    if request.param == "sqlite":
        database: AbstractContextManager[str] = nullcontext(f"sqlite:///{home / 'home' / 'mailuo.db'}")
    else:
        database = request.getfixturevalue("postgres_databases").one()
    with database as url, serving(url, home) as found:
        yield found


def test_events_reach_every_process_and_only_those_who_may_know(server: Server) -> None:
    seeing = [listens(server, server.token("clerk")) for _ in range(6)]
    blind = listens(server, server.token("packer"))
    order = server.call(server.admin, "POST", "/tables/orders/records", {**ORDER, "channel": "MP"})
    for ear in seeing:
        assert ear.wait("record") == {"table": "orders", "record": order["order_no"]}
    assert blind.heard == []


def test_a_popup_is_heard_by_those_who_hold_the_role_also_when_they_come_back(server: Server) -> None:
    lin, bo = server.person("lin", "clerk"), server.person("bo", "packer")
    ears = [listens(server, lin), listens(server, bo)]
    _tell(server, "clerk", "已拆解")
    assert ears[0].wait("popup")["text"] == "已拆解"
    assert ears[1].heard == []
    again = listens(server, lin, "/events?after=0")
    assert again.wait("popup")["text"] == "已拆解"


def test_a_stream_ends_with_its_credential(server: Server) -> None:
    token = server.person("wei", "clerk")
    ear = listens(server, token)
    server.call(token, "DELETE", "/session")
    until = time.monotonic() + 5
    while not ear.over and time.monotonic() < until:
        time.sleep(0.05)
    assert ear.over


def test_streams_do_not_hold_up_the_end_of_a_server(database_url: str, tmp_path: Path) -> None:
    with serving(database_url, tmp_path) as server:
        ears = [listens(server, server.token("clerk")) for _ in range(3)]
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
        assert time.monotonic() - started < GRACE_SECONDS
    until = time.monotonic() + 5
    while not all(ear.over for ear in ears) and time.monotonic() < until:
        time.sleep(0.05)
    assert all(ear.over for ear in ears)


def test_more_streams_than_a_process_has_are_refused_with_the_time_to_come_back(shop: Shop) -> None:
    hub = shop.application.events
    try:
        for number in range(64):
            hub.open(f"c{number}")
        refused = shop.caller("clerk").get("/events")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    finally:
        hub.close()


@pytest.mark.parametrize("after", ["x", "-1", "1" * 30])
def test_an_id_that_no_event_has_is_refused(shop: Shop, after: str) -> None:
    assert shop.caller("clerk").get("/events", after=after).status_code == 400


def _tell(server: Server, role: str, text: str) -> None:
    """Writes an intent to tell, as a rule does, beside the server."""
    store = Store.open(server.environment["MAILUO_DATABASE_URL"], server.home / "home")
    row = {
        "id": new_id(), "at": datetime.now(UTC), "via": "popup", "role": role, "copy": False, "subject": "", "text": text,
        "state": "intended",
    }  # fmt: skip
    store.write(lambda connection: connection.execute(insert(system.message), row).close())
    store.close()
