"""Recomputation after a publication: by whoever comes first, once, and told on the way."""

from collections.abc import Callable
from datetime import timedelta

from mailuo.app import Application
from mailuo.app.recomputation import Recomputation
from mailuo.base.clock import SetClock
from mailuo.flow.saying import Word
from mailuo.records import SYSTEM

Changed = Callable[[str, str, str], dict[str, str]]
REQUEST = {"clinic": "N", "asked_at": "2026-01-15T09:00+08:00"}


def requests(application: Application, count: int) -> list[str]:
    """The numbers of requests that were ordered."""
    keys = [str(application.records.create(SYSTEM, "requests", REQUEST)["request_no"]) for _ in range(count)]
    for key in keys:
        application.flow.claim(SYSTEM, "requests", key, Word("ordered", source="desk"))
    return keys


def test_nothing_waits_after_it_has_run(application: Application) -> None:
    application.recomputation.run()
    assert not application.recomputation.is_due()
    assert application.health.figures().recomputed


def test_a_changed_flow_brings_records_under_way_up_to_it(application: Application, changed: Changed) -> None:
    application.recomputation.run()
    (key,) = requests(application, 1)
    files = changed(
        "requests", "ordered: {title: 已申请", "begun: {title: 开始, by: [desk]}\n    ordered: {title: 已申请"
    )
    application.declarations.publish(files, base=1)
    assert application.recomputation.is_due()
    assert not application.health.figures().recomputed
    assert application.recomputation.run() == 1
    assert application.records.get(SYSTEM, "requests", key).json()["status"] == "ordered"


def test_what_one_process_is_at_the_other_leaves(application: Application, changed: Changed, clock: SetClock) -> None:
    requests(application, 1)
    other = Recomputation(application.store, application.in_force, clock, application.recompute)
    begun = application.store.write(lambda connection: application.recomputation._take(connection, 1))
    assert begun is not None
    assert other.run() == 0
    clock.advance(timedelta(minutes=1))  # the first one is dead
    assert other.run() == 1
