"""Retention: what was kept long enough goes, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from mailuo.app import Application
from mailuo.app.retention import DEFAULTS, Retention
from mailuo.base.clock import SetClock
from mailuo.records import SYSTEM
from mailuo.storage import system

Changed = Callable[[str, str, str], dict[str, str]]


def retention(application: Application, clock: SetClock) -> Retention:
    """What removes things from this installation."""
    return Retention(application.store, application.in_force, clock, application.uploads)


def test_a_fresh_installation_loses_nothing(application: Application, clock: SetClock) -> None:
    application.accounts.add_token("x", ["nurse"])
    assert retention(application, clock).run() == 0


def test_what_was_declared_no_longer_goes_for_good_in_the_end(
    application: Application, clock: SetClock, changed: Changed
) -> None:
    application.records.create(SYSTEM, "memos", {"text": "一"})
    files = changed("memos", "  text: {title: 内容, type: text}\n", "")
    application.declarations.publish(files, base=1, confirm=application.declarations.plan(files).confirm)
    clock.advance(DEFAULTS["trash"] - timedelta(days=1))
    assert retention(application, clock).run() == 0
    clock.advance(timedelta(days=2))
    assert retention(application, clock).run() == 1


def test_the_audit_is_kept_for_years(application: Application, clock: SetClock) -> None:
    count = select(func.count()).select_from(system.audit)
    with application.store.read() as connection:
        before = connection.scalar(count)
    clock.advance(DEFAULTS["audit"] - timedelta(days=1))
    retention(application, clock).run()
    with application.store.read() as connection:
        assert connection.scalar(count) == before
    clock.advance(timedelta(days=2))
    assert retention(application, clock).run() == before
