"""A small shop, served over HTTP in this process: callers with roles, and a clock that stands still."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailuo.app.application import Application, declarations_of
from mailuo.base.clock import SetClock
from mailuo.base.settings import Settings
from mailuo.records import SYSTEM
from mailuo.storage.engine import Store
from mailuo_web.application import create_application

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)  # 09:00 in Shanghai
FOLDER = Path(__file__).parent / "shop"
FILES = {
    f"{'automations' if path.stem == 'alerts' else 'tables'}/{path.name}": path.read_text("utf-8")
    for path in sorted(FOLDER.glob("*.yaml"))
}
ORDER = {"channel": "TM", "ordered_at": "2026-01-15T09:00:00+08:00"}
PASSWORD = "a good long password"


@dataclass
class Caller:
    """Somebody who calls the API, with headers that say who it is."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, **given: Any) -> TestResponse:
        """The answer to a call below `/api/v1`, or to a whole path that begins with two slashes."""
        whole = path[1:] if path.startswith("//") else f"/api/v1{path}"
        headers = {**self.headers, **given.pop("headers", {})}
        return self.client.open(whole, method=method, headers=headers, **given)

    def get(self, path: str, **query: Any) -> TestResponse:
        """The answer to a GET with these parameters."""
        return self.call("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """The answer to a POST with a JSON body."""
        return self.call("POST", path, json=body, headers=_named(headers))

    def patch(self, path: str, body: Any, **headers: str) -> TestResponse:
        """The answer to a PATCH with a JSON body."""
        return self.call("PATCH", path, json=body, headers=_named(headers))

    def raw(self, method: str, path: str, body: bytes | str, media: str = "application/json") -> TestResponse:
        """The answer to a body of these very bytes."""
        return self.call(method, path, data=body, content_type=media)

    def order(self, **values: Any) -> dict[str, Any]:
        """A new order."""
        made = self.post("/tables/orders/records", ORDER | values)
        assert made.status_code == 201, made.text
        return dict(made.get_json())

    def upload(self, name: str, content: bytes) -> TestResponse:
        """The answer to bringing a file."""
        return self.call("POST", "/files", data={"file": (_stream(content), name)}, content_type="multipart/form-data")


@dataclass
class Shop:
    """The served shop."""

    application: Application
    app: Flask
    clock: SetClock

    def caller(self, *roles: str, sources: tuple[str, ...] = ()) -> Caller:
        """Somebody with a token of these roles."""
        secret = self.application.accounts.add_token("-".join(roles) or "system", roles, sources, SYSTEM)
        return Caller(self.app.test_client(), {"Authorization": f"Bearer {secret}"})

    def stranger(self) -> Caller:
        """Somebody who says nothing of themselves."""
        return Caller(self.app.test_client())

    def person(self, name: str, *roles: str) -> Caller:
        """A person with a browser, signed in."""
        self.application.accounts.add_person(name, roles, password=PASSWORD)
        caller = self.stranger()
        opened = caller.post("/session", {"username": name, "password": PASSWORD})
        assert opened.status_code == 200, opened.text
        return Caller(caller.client, {"X-CSRF-Token": opened.get_json()["csrf"]})

    def move(self, **by: float) -> None:
        """Lets time pass, and what falls due happen."""
        self.clock.advance(timedelta(**by))
        self.application.sweep.fire_due(self.clock.now())
        self.application.engine.settle()


Serve = Callable[..., Shop]
"""Serves from a store, with what the environment says."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves the shop from a store that is empty as yet."""
    serving: list[Application] = []

    def make(store: Store, environment: Mapping[str, str] | None = None) -> Shop:
        settings = Settings.from_environment({"MAILUO_HOME": str(tmp_path / "served"), **(environment or {})})
        clock = SetClock(NOW)
        declarations_of(settings, store, clock).publish(FILES)
        application = Application.over(settings, store, clock)
        serving.append(application)
        app = create_application(application)
        app.testing = True
        return Shop(application, app, clock)

    yield make
    for application in serving:
        application.background.stop()
        application.uploads.close()


@pytest.fixture
def shop(serve: Serve) -> Iterator[Shop]:
    """The shop on a store in memory."""
    store = Store.memory()
    yield serve(store)
    store.close()


@pytest.fixture
def stored_shop(serve: Serve, store: Store) -> Shop:
    """The shop, once on each kind of database."""
    return serve(store)


def codes(answer: TestResponse) -> list[tuple[str | None, str]]:
    """The (field, code) of everything that an answer complains of."""
    assert answer.mimetype == "application/problem+json", answer.text
    return [(error.get("field"), error["code"]) for error in orjson.loads(answer.data)["errors"]]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _stream(content: bytes) -> Any:
    return BytesIO(content)
