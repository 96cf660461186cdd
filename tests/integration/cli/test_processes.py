"""The other processes of a deployment: a worker does jobs, a scheduler fires clocks, a server with Redis does neither."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from mailuo.app import Application, opened
from mailuo.base.settings import Settings
from mailuo.flow.saying import Word
from mailuo.flow.wall import Wanted
from mailuo.records import SYSTEM
from tests.integration.cli.test_serving import served

PATIENCE_SECONDS = 60.0
LONG_AGO = datetime(2026, 1, 15, 1, tzinfo=UTC)
REQUEST = {"clinic": "N", "kind": "special", "asked_at": LONG_AGO.isoformat()}


@contextmanager
def running(command: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that has said that it runs; it ends when it is told to."""
    call = [sys.executable, "-m", "mailuo", command]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert command in process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, log) == (0, "")


@pytest.fixture
def application(published: object) -> Iterator[Application]:
    """The application beside those processes, without a background of its own."""
    with opened(Settings.from_environment(os.environ)) as found:
        yield found


def soon(what: Callable[[], object]) -> None:
    """Returns when something is so; fails when it is not soon."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def late_request(application: Application) -> None:
    """A request that has waited for its consent for half a year."""
    key = str(application.records.create(SYSTEM, "requests", REQUEST)["request_no"])
    for node, source in (("ordered", "desk"), ("checked", "automation")):
        application.flow.claim(SYSTEM, "requests", key, Word(node, source=source, at=LONG_AGO))


def alerts(application: Application) -> list[object]:
    """The rules of the alerts that are open."""
    return [alert["rule"] for alert in application.alerts.page(SYSTEM, Wanted(state="open"))[0]]


def test_a_worker_does_jobs(application: Application) -> None:
    job = application.jobs.start("claims", {"file": "unknown"}, SYSTEM)
    with running("worker"):
        soon(lambda: application.jobs.get(SYSTEM, job)["state"] == "failed")


def test_a_scheduler_fires_clocks(application: Application) -> None:
    late_request(application)
    with running("scheduler"):
        soon(lambda: "consent_late" in alerts(application))


def test_with_redis_a_server_leaves_clocks_and_jobs_to_them(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILUO_REDIS_URL", "redis://127.0.0.1:1")
    late_request(application)
    job = application.jobs.start("claims", {"file": "unknown"}, SYSTEM)
    with served() as server:
        time.sleep(1.5)
        assert server.get("/readyz")["clocks"]["late"] > 0
    assert alerts(application) == []
    assert application.jobs.get(SYSTEM, job)["state"] == "waiting"
