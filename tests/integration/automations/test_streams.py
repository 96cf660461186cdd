"""Streams of events: each event once, also what is committed out of order, and nobody hears of what they may not see."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from mailuo.automations.streams import MOST_STREAMS, Full, Hub, Stream
from mailuo.automations.streams.hub import MOST_OF_ONE
from mailuo.automations.streams.news import MOST_MISSED
from mailuo.automations.streams.tail import MOST, Tail
from mailuo.base.clock import SetClock
from mailuo.base.ids import new_id
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM, Actor
from mailuo.storage import system
from mailuo.storage.engine import Store
from tests.integration.flow.conftest import NOW, Laboratory, opened

NOW_SECONDS = 100.0
FOLDER = Path(__file__).parents[1] / "flow" / "laboratory"


def line(connection: Connection, clock: SetClock, kind: str, record: str = "", **detail: Any) -> None:
    """A line of the outbox."""
    row = {"at": clock.now(), "kind": kind, "table": "requests", "record": record, "detail": detail, "state": "seen"}
    connection.execute(insert(system.outbox), row)


def popup(lab: Laboratory, *persons: str, text: str = "好") -> str:
    """A popup that is shown to persons now."""
    message = {
        "id": new_id(), "at": lab.clock.now(), "via": "popup", "copy": False, "subject": "s", "text": text, "state": "sent",
        "level": "green",
    }  # fmt: skip

    def work(connection: Connection) -> None:
        connection.execute(insert(system.message), message)
        line(connection, lab.clock, "popup", message=message["id"], persons=list(persons))

    lab.store.write(work)
    return str(message["id"])


@dataclass
class Listening:
    """A hub over a laboratory, and what those who listen hear."""

    lab: Laboratory
    hub: Hub

    def open(self, credential: str = "c") -> Stream:
        """A stream of what happens from now on."""
        return self.hub.open(credential)

    def heard(self, stream: Stream, actor: Actor, seconds: float = 2.0) -> list[tuple[str, dict[str, Any]]]:
        """What somebody hears next."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            batch = stream.next(seconds)
            heard = batch.heard(actor) if batch else []
            if heard:
                return [(each.kind, dict(each.told)) for each in heard]
        return []


@pytest.fixture
def listening(store: Store) -> Iterator[Listening]:
    """A hub, with nobody listening yet."""
    lab = opened(store, {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))})
    hub = Hub(store, lab.in_force, lab.clock)
    yield Listening(lab, hub)
    hub.close()


def person(name: str, *roles: str) -> Actor:
    """Somebody."""
    return Actor(name, name, roles)


def test_a_popup_is_heard_by_those_for_whom_it_is(listening: Listening) -> None:
    stream = listening.open()
    id_ = popup(listening.lab, "甲", "乙")
    batch = stream.next(2)
    assert batch is not None
    assert [each.told["id"] for each in batch.heard(person("甲"))] == [id_]
    assert batch.heard(person("丙")) == []


def test_a_change_is_heard_by_who_sees_the_record(listening: Listening) -> None:
    lab, stream = listening.lab, listening.open()
    south = lab.request(clinic="S")
    batch = stream.next(2)
    assert batch is not None
    seen = [("record", {"table": "requests", "record": south})]
    assert [(each.kind, each.told) for each in batch.heard(person("n", "nurse"))] == seen
    assert batch.heard(person("t", "technician")) == []  # sees those of the north alone
    assert batch.heard(person("x")) == []


def test_an_alert_is_heard_as_it_opens_is_acknowledged_and_is_over(listening: Listening) -> None:
    lab, stream = listening.lab, listening.open()
    number = lab.request(promised_at="2026-01-15T10:00+08:00")
    head = person("h", "head")
    assert listening.heard(stream, head)
    lab.move(hours=2)
    (alert,) = lab.wall.page(SYSTEM)[0]
    about = {"id": alert["id"], "rule": "overdue", "table": "requests", "record": number}
    assert ("alert", {**about, "state": "open"}) in listening.heard(stream, head)
    lab.wall.acknowledge(head, str(alert["id"]), None)
    assert listening.heard(stream, head) == [("alert", {**about, "state": "acknowledged"})]
    lab.say(number, "cancelled", "role:nurse")
    assert ("alert", {**about, "state": "resolved"}) in listening.heard(stream, head)


def test_only_who_may_see_runs_hears_of_them(listening: Listening) -> None:
    stream = listening.open()
    at = listening.lab.clock.now()
    row = {
        "id": new_id(), "automation": "a", "trigger": "schedule", "cause": "c", "chain": "c", "state": "done", "steps": [], "revision": 1,
        "at": at, "due_at": at,
    }  # fmt: skip
    listening.lab.clock.set(at)
    listening.lab.store.write(lambda connection: connection.execute(insert(system.run), row).close())
    batch = stream.next(2)
    assert batch is not None
    watcher = Actor("w", "w", (), rights=frozenset({"runs"}))
    assert [(each.kind, each.told["state"]) for each in batch.heard(watcher)] == [("run", "done")]
    assert batch.heard(person("n", "nurse")) == []


def test_a_word_taken_back_or_said_quietly_is_heard_too(listening: Listening) -> None:
    lab = listening.lab
    number = lab.request()
    lab.flow.claim(SYSTEM, "requests", number, Word("ordered", source="desk"))
    seen, nurse = [("record", {"table": "requests", "record": number})], person("n", "nurse")
    told: Any = lab.flow.timeline(SYSTEM, "requests", number)
    stream = listening.open()
    lab.flow.retract(SYSTEM, "requests", number, str(told["nodes"][0]["claims"][0]["id"]))
    assert listening.heard(stream, nurse) == seen
    lab.flow.claim(SYSTEM, "requests", number, Word("ordered", source="desk"), quiet=True)
    assert listening.heard(stream, nurse) == seen


def test_a_line_on_home_is_heard_as_it_comes_and_as_it_ends(listening: Listening) -> None:
    lab, stream = listening.lab, listening.open()

    def work(connection: Connection) -> None:
        line(connection, lab.clock, "todo", role="nurse", user=None)
        line(connection, lab.clock, "todo", role=None, user="乙")

    lab.store.write(work)
    batch = stream.next(2)
    assert batch is not None
    whose = [(person("n", "nurse"), 1), (person("乙", "nurse"), 2), (person("t", "technician"), 0), (SYSTEM, 2)]
    assert [len(batch.heard(actor)) for actor, _ in whose] == [count for _, count in whose]


def test_very_much_at_once_is_told_as_such_and_popups_all_the_same(listening: Listening) -> None:
    stream = listening.open()

    def work(connection: Connection) -> None:
        for _ in range(MOST + 100):
            line(connection, listening.lab.clock, "reached", "x")

    listening.lab.store.write(work)
    assert listening.heard(stream, person("n", "nurse")) == [("all", {})]


def test_who_was_away_is_shown_what_was_missed(listening: Listening) -> None:
    position = listening.open("one").position
    ids = [popup(listening.lab, "甲") for _ in range(MOST_MISSED + 5)]
    heard = listening.hub.missed(person("甲"), position)
    assert [each.told.get("id") for each in heard] == [*ids[5:], None]
    assert [each.kind for each in listening.hub.missed(person("丙"), position)] == ["all"]
    listening.lab.move(hours=13)
    assert [each.kind for each in listening.hub.missed(person("甲"), position)] == ["all"]


def test_streams_are_counted(listening: Listening) -> None:
    streams = [listening.open(f"c{number}") for number in range(MOST_STREAMS)]
    with pytest.raises(Full):
        listening.open("one more")
    listening.hub.leave(streams[0])
    listening.open("one more")


def test_one_credential_loses_its_oldest_stream(listening: Listening) -> None:
    streams = [listening.open("mine") for _ in range(MOST_OF_ONE + 1)]
    assert [stream.over for stream in streams] == [True] + [False] * MOST_OF_ONE
    assert listening.hub.count == MOST_OF_ONE


def test_a_stream_that_is_opened_while_the_hub_closes_is_refused(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(credential: str, position: int) -> Stream:
        listening.hub.close()
        return Stream(credential, position)

    monkeypatch.setattr("mailuo.automations.streams.hub.Stream", late)
    with pytest.raises(Full):
        listening.open()
    assert listening.hub.count == 0


def test_a_closed_hub_lets_everybody_go(listening: Listening) -> None:
    stream = listening.open()
    listening.hub.close()
    started = time.monotonic()
    assert stream.next(5) is None
    assert time.monotonic() - started < 1
    assert stream.over


def test_what_is_committed_late_is_read_all_the_same(postgres_url: str, tmp_path: Path) -> None:
    store = Store.open(postgres_url, tmp_path / "other")
    clock = SetClock(NOW)
    with store.read() as connection:
        tail = Tail.at_end(connection, system.outbox)
    begun, go_on = Event(), Event()

    def slow(connection: Connection) -> None:
        line(connection, clock, "reached", "slow")
        begun.set()
        go_on.wait(5)

    thread = Thread(target=store.write, args=(slow,))
    thread.start()
    begun.wait(5)
    store.write(lambda connection: line(connection, clock, "reached", "fast"))
    with store.read() as connection:
        assert [row.record for row in tail.fresh(connection, NOW_SECONDS)[0]] == ["fast"]
        go_on.set()
        thread.join()
        assert [row.record for row in tail.fresh(connection, NOW_SECONDS + 1)[0]] == ["slow"]
        assert tail.fresh(connection, NOW_SECONDS + 2) == ((), False)
    store.close()
