"""Health: what is late or parked is found, and said with what to do."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, insert

from mailuo.app import Application
from mailuo.automations.switch_messages import NOBODY
from mailuo.base.clock import SetClock
from mailuo.base.reasons import kept
from mailuo.flow.saying import Word
from mailuo.records import SYSTEM
from mailuo.storage import system

REQUEST = {"clinic": "N", "asked_at": "2026-01-15T09:00+08:00"}


def codes(application: Application) -> list[str]:
    """The codes of what is not well."""
    return [problem.code for problem in application.health.findings()]


def test_a_fresh_installation_is_well_once_it_is_computed(application: Application) -> None:
    application.recomputation.run()
    assert codes(application) == []
    assert application.health.ready().ok


def test_records_to_be_computed_anew_are_told(application: Application) -> None:
    assert codes(application) == ["recomputing"]


def test_clocks_that_nobody_fires_are_late(application: Application, clock: SetClock) -> None:
    application.recomputation.run()
    key = str(application.records.create(SYSTEM, "requests", REQUEST)["request_no"])
    for node, source in (("ordered", "desk"), ("checked", "automation")):
        application.flow.claim(SYSTEM, "requests", key, Word(node, source=source))
    due = application.sweep.next_due()
    assert due is not None
    clock.set(due + timedelta(minutes=1))
    assert codes(application) == ["clocks_late"]
    assert application.health.ready().parts["clocks"] == {"state": "late", "pending": 1, "late": 1}
    application.sweep.fire_due(clock.now())
    assert "clocks_late" not in codes(application)


def test_an_event_that_failed_is_told(application: Application, clock: SetClock) -> None:
    application.recomputation.run()
    row = {"at": clock.now(), "kind": "opened", "state": "parked", "error": "x"}
    application.store.write(lambda connection: connection.execute(insert(system.outbox).values(row)).close())
    assert codes(application) == ["queue_parked"]


def test_whom_a_message_did_not_reach_is_told(application: Application, clock: SetClock) -> None:
    application.recomputation.run()
    told = {"id": "m", "at": clock.now(), "via": "email", "role": "doctor", "text": "迟了", "copy": False, "state": "told"}
    lost = {"id": "d", "message": "m", "letter": "m", "via": "email", "copy": False, "state": "unaddressed"}
    lost |= {"error": kept(NOBODY()), "at": clock.now(), "due_at": clock.now()}

    def work(connection: Connection) -> None:
        connection.execute(insert(system.message).values(told))
        connection.execute(insert(system.delivery).values(lost))

    application.store.write(work)
    assert codes(application) == ["unaddressed"]


def test_a_bell_that_nothing_carries_is_told_and_work_goes_on(application: Application, clock: SetClock) -> None:
    application.recomputation.run()
    settings = replace(application.settings, redis_url="redis://127.0.0.1:1/0")
    with closing(Application.over(settings, application.store, clock)) as deaf:
        assert codes(deaf) == ["bell_away"]
        assert deaf.health.ready().ok
