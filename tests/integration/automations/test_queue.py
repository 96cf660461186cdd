"""Rows are worked off by one worker at a time, and a worker that lost its row changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from mailuo.automations.queue import CALLS, LEASE, MOST_DEATHS, LostLease, Queue, Taken
from mailuo.automations.waits import Waits, exactly
from mailuo.automations.workshop import MOST_FAULTS, Workshop
from mailuo.base.clock import SetClock
from mailuo.base.problems import Message, Refusal
from mailuo.storage import system
from mailuo.storage.engine import Store

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
WAITS = Waits((timedelta(seconds=10), timedelta(minutes=1)), exactly)


def put(store: Store, *keys: str, at: datetime = NOW, record: str | None = None) -> None:
    """Calls that wait."""
    rows: list[dict[str, Any]] = [
        {"id": key, "connector": "c", "operation": "o", "values": {}, "state": "waiting", "at": at, "due_at": at, "record": record}
        for key in keys
    ]
    store.write(lambda connection: connection.execute(insert(system.call), rows).close())


def take(store: Store, key: str, now: datetime = NOW) -> Taken | None:
    """The row, for a worker."""
    return store.write(lambda connection: CALLS.take(connection, key, now))


def row(store: Store, key: str) -> dict[str, object]:
    """The row as it stands."""
    with store.read() as connection:
        found = connection.execute(select(system.call).where(system.call.c.id == key)).one()
    return dict(found._mapping)


@dataclass
class Doing:
    """Works off calls by a function, and remembers which."""

    store: Store
    deed: Callable[[Connection, Taken], object]
    done: list[str] = field(default_factory=list)
    queue: Queue = CALLS

    def do(self, taken: Taken) -> None:
        """Does it in one transaction."""
        self.done.append(taken.key)
        self.store.write(lambda connection: self.deed(connection, taken))


def ended(connection: Connection, taken: Taken) -> None:
    """The usual end."""
    CALLS.end(connection, taken, "ok", NOW)


def test_a_row_is_taken_once_until_its_lease_runs_out(store: Store) -> None:
    put(store, "a")
    first = take(store, "a")
    assert first is not None
    assert first.row.attempts == 1
    assert take(store, "a", NOW + LEASE - timedelta(seconds=1)) is None
    second = take(store, "a", NOW + LEASE)
    assert second is not None
    assert second.fence == first.fence + 1


def test_a_worker_that_lost_its_row_changes_nothing(store: Store) -> None:
    put(store, "a")
    slow = take(store, "a")
    assert slow is not None
    take(store, "a", NOW + 2 * LEASE)
    with pytest.raises(LostLease):
        store.write(partial(CALLS.hold, taken=slow))
    with pytest.raises(LostLease):
        store.write(partial(ended, taken=slow))
    assert not store.write(lambda connection: CALLS.extend(connection, slow, NOW))
    assert row(store, "a")["state"] == "waiting"


def test_eight_racers_take_each_row_once(store: Store) -> None:
    keys = [f"k{number}" for number in range(20)]
    put(store, *keys)
    workshop = Workshop(store, SetClock(NOW), [doing := Doing(store, ended)], WAITS)
    start = Barrier(8)

    def race() -> None:
        start.wait()
        for key in keys:
            workshop.work("call", key)

    racers = [Thread(target=race) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    workshop.close()
    assert sorted(doing.done) == sorted(keys)


def test_due_rows_come_oldest_first_and_none_before_its_time(store: Store) -> None:
    put(store, "later", at=NOW + timedelta(minutes=1))
    put(store, "second", at=NOW - timedelta(minutes=1))
    put(store, "first", at=NOW - timedelta(minutes=2))
    with store.read() as connection:
        assert CALLS.due(connection, NOW, 10) == ["first", "second"]
        assert CALLS.next_due(connection, NOW) == NOW - timedelta(minutes=2)


def test_rows_of_one_line_are_taken_one_after_another(store: Store) -> None:
    lined = replace(CALLS, line=("record", "at"))

    def taken(key: str, now: datetime = NOW) -> Taken | None:
        return store.write(lambda connection: lined.take(connection, key, now))

    put(store, "a", "b", "c", record="R")
    put(store, "other", record="S")
    first = taken("a")
    assert first is not None
    assert [taken("b"), taken("c")] == [None, None]
    assert taken("other") is not None
    with store.read() as connection:
        assert lined.next_due(connection, NOW) == NOW + LEASE
    store.write(lambda connection: lined.give_back(connection, first, NOW + LEASE))
    with store.read() as connection:
        assert lined.behind(connection, first, NOW) == ["b"]
    assert taken("c") is None
    assert taken("b") is not None


def test_a_fault_is_tried_again_after_the_wait_and_parked_in_the_end(store: Store) -> None:
    def fails(connection: Connection, taken: Taken) -> None:
        raise ZeroDivisionError

    put(store, "a")
    clock = SetClock(NOW)
    workshop = Workshop(store, clock, [doing := Doing(store, fails)], WAITS)
    workshop.drain()
    assert doing.done == ["a"]
    assert row(store, "a")["due_at"] == NOW + timedelta(seconds=10)
    for _ in range(MOST_FAULTS):
        clock.advance(timedelta(minutes=2))
        workshop.drain()
    assert len(doing.done) == MOST_FAULTS
    assert row(store, "a")["state"] == "dead"
    assert "fault" in str(row(store, "a")["error"])


def test_a_refusal_parks_that_row_alone_with_its_reason(store: Store) -> None:
    wrong = Message("wrong", zh="不行", en="No")

    def refuses(connection: Connection, taken: Taken) -> None:
        if taken.key == "bad":
            raise Refusal(wrong())
        ended(connection, taken)

    put(store, "bad", "good")
    assert Workshop(store, SetClock(NOW), [Doing(store, refuses)], WAITS).drain() == 2
    assert (row(store, "bad")["state"], row(store, "good")["state"]) == ("dead", "ok")
    assert "不行" in str(row(store, "bad")["error"])


def test_a_row_whose_workers_keep_dying_is_put_aside(store: Store) -> None:
    put(store, "a")
    now = NOW
    for _ in range(MOST_DEATHS):
        assert take(store, "a", now) is not None
        now += 2 * LEASE
    assert take(store, "a", now) is None
    assert row(store, "a")["state"] == "dead"


def test_what_ended_can_be_worked_off_again(store: Store) -> None:
    put(store, "a")
    workshop = Workshop(store, SetClock(NOW), [doing := Doing(store, ended)], WAITS)
    workshop.drain()
    assert store.write(lambda connection: CALLS.again(connection, "a", NOW, "waiting"))
    assert not store.write(lambda connection: CALLS.again(connection, "a", NOW, "waiting"))
    workshop.drain()
    assert doing.done == ["a", "a"]
