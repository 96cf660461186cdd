"""The background of a serving process, with its real threads: what it notices by itself, and how soon."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailuo.app import Application, opened
from mailuo.base.settings import Settings
from mailuo.flow.saying import Word
from mailuo.flow.wall import Wanted
from mailuo.records import SYSTEM

FAST = "table: fast\ntitle: 快\nfields: {name: {title: 名, type: text}}\nflow:\n  nodes:\n    begun: {title: 开始, by: [desk]}\n    ended: {title: 结束, by: [desk]}\n"
ALERT = (
    "alerts:\n  slow:\n    title: 慢\n    level: red\n    on: fast\n    when: {waiting_for: ended, longer_than: 1s}\n"
)
NOTIFY = "    notify: {roles: [nurse], via: popup}\n"


@pytest.fixture
def running(settings: Settings, workspace: Path) -> Iterator[Application]:
    """An application by the machine's clock, with its background running."""
    (workspace / "tables" / "fast.yaml").write_text(FAST, "utf-8")
    (workspace / "automations").mkdir()
    (workspace / "automations" / "fast.yaml").write_text(ALERT + NOTIFY, "utf-8")
    with opened(settings, serving=True, workspace=workspace) as application:
        application.background.start()
        yield application


def soon(what: Callable[[], object], seconds: float = 5.0) -> float:
    """How many seconds it took until something was so; fails when it is not soon."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < seconds, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - begun


def test_an_alert_opens_within_a_second_of_being_due(running: Application) -> None:
    key = str(running.records.create(SYSTEM, "fast", {})["id"])
    running.flow.claim(SYSTEM, "fast", key, Word("begun", source="desk"))
    soon(lambda: running.alerts.page(SYSTEM, Wanted(rule="slow"))[0])
    (alert,) = running.alerts.page(SYSTEM, Wanted(rule="slow"))[0]
    late = datetime.fromisoformat(str(alert["opened_at"])) - datetime.fromisoformat(str(alert["due_at"]))
    assert timedelta(0) <= late < timedelta(seconds=1)


def test_what_another_process_publishes_is_in_force_within_a_second(running: Application, settings: Settings) -> None:
    with opened(settings) as command:
        more = {
            **command.declarations.files(),
            "tables/more.yaml": "table: more\ntitle: 更多\nfields: {a: {title: A, type: text}}\n",
        }
        command.declarations.publish(more, base=1)
    assert soon(lambda: "more" in running.in_force.current.manifest.tables) < 1.0
    soon(lambda: running.health.figures().recomputed)


def test_a_job_is_done_without_being_asked(running: Application) -> None:
    job = running.jobs.start("claims", {"file": "unknown"}, SYSTEM)
    soon(lambda: running.jobs.get(SYSTEM, job)["state"] == "failed")


def test_a_stopped_background_has_no_threads_left(running: Application) -> None:
    running.background.stop()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("mailuo ")] == []
