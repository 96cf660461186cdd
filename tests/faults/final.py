"""The final state of a site, told so that two runs of one story can be laid side by side; and what must hold of any."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from mailuo.app import Application
from mailuo.base.settings import Settings
from mailuo.cli.acting import OPERATOR
from mailuo.flow.course import course_of
from mailuo.flow.following import Following
from mailuo.records.query import Query
from mailuo.records.running import Running
from mailuo.storage import system
from tests.faults.chaos import Gap

RECORDS = "orders"
PARTS = "parcels"
NATURAL = "channel_order_no"
_OURS = {
    "id",
    "version",
    "created_at",
    "updated_at",
    "created_by",
    "updated_by",
    "status_since",
    "age_hours",
    "alerts_opened",
}
_OWN_TIMES = {"risk_passed", "settled", "inspected"}
"""Nodes that rules of ours reach when they get round to it: that they did is compared, not when."""
_NUMBERS = re.compile(r"(记-|GD)\d+")
"""Numbers that are given in order of arrival: vouchers' by the ledger, tickets' by us."""
_OUR_NAMES = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z]{2}\d{8}-\d+")
"""What ids and keys of ours look like."""
_LOOK = timedelta(seconds=2)
_BUSY = {
    system.outbox: ("pending",),
    system.inbox: ("new",),
    system.run: ("waiting", "running"),
    system.call: ("waiting", "retrying"),
    system.delivery: ("waiting", "retrying"),
    system.message: ("intended",),
}


@contextmanager
def beside(settings: Settings) -> Iterator[Application]:
    """An application on a site's store, beside the processes that serve it."""
    application = Application.open(settings)
    try:
        yield application
    finally:
        application.close()


def left_to_do(application: Application, *, with_time: bool = False) -> Mapping[str, int]:
    """How much still waits, by table: rows that somebody has to work off, and clocks that ran out.

    `with_time` adds what time alone will reach, which rules of ours go on from: whoever looks before that sees as much of
    it as is over by chance.
    """
    now = datetime.now(UTC)
    with application.store.read() as connection:
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table).where(table.c.state.in_(states)))
            for table, states in _BUSY.items()
        }
        clock = system.clock
        soon = clock.c.due_at < now + timedelta(seconds=1)
        due = clock.c.state == "pending", or_(soon, clock.c.kind == "auto") if with_time else soon
        found[clock.name] = connection.scalar(select(func.count()).select_from(clock).where(*due))
    return {name: count for name, count in found.items() if count}


@dataclass(frozen=True)
class Final:
    """What stands at the end."""

    records: Mapping[str, Sequence[str]]
    alerts: Mapping[str, int]
    messages: Mapping[str, int]
    runs: Mapping[str, int]


def differences(expected: Final, found: Final) -> list[str]:
    """What stands in one of two final states only, a line each."""
    told = []
    for part in fields(Final):
        for name, sign, one, other in (
            ("missing", "-", getattr(expected, part.name), getattr(found, part.name)),
            ("too many", "+", getattr(found, part.name), getattr(expected, part.name)),
        ):
            left = _flat(one) - _flat(other)
            told += [f"{sign} {part.name} {name}: {each} x {count}" for each, count in sorted(left.items())]
    return told


def _flat(part: Mapping[str, Any]) -> Counter[str]:
    """A part of a final state as lines, each as often as it stands."""
    if any(isinstance(value, list) for value in part.values()):
        return Counter(f"{name} {row}" for name, rows in part.items() for row in rows)
    return Counter(dict(part))


def final_state(application: Application) -> Final:
    """The records, alerts, messages and runs of a site, by the names that the outside gave.

    Alerts that ended are left out: a breach that is first known after its end never opens, so whether one did depends on
    when news came in. Those that are true at the end have to be there, once.
    """
    names = _names(application)
    records = {table: sorted(_records(application, table, names)) for table in application.in_force.current.tables}
    with application.store.read() as connection:
        alert, message, run = system.alert, system.message, system.run
        believed = alert.c.state != "resolved"
        alerts = connection.execute(
            select(alert.c.rule, alert.c.record, alert.c.part, alert.c.state).where(believed)
        ).all()
        kept = connection.scalars(select(alert.c.id).where(believed)).all()
        told = select(message.c.rule, message.c.record, message.c.via, message.c.role, message.c.copy)
        messages = connection.execute(told.where(message.c.alert.in_(kept))).all()
        brought = run.c.trigger != "received"  # how often a sender says the same is his affair
        runs = connection.execute(select(run.c.automation, run.c.record, run.c.state).where(brought)).all()
    return Final(records, _counted(alerts, names), _counted(messages, names), _counted(runs, names))


def recomputed(application: Application) -> list[str]:
    """What changes when everything is computed again from the claims: it must be nothing."""
    running = application.in_force.current
    before = _told(application, running)
    course = course_of(running, RECORDS)
    assert course is not None
    ids = sorted({record for record, *_ in before})

    def follow(connection: Any) -> None:
        Following(connection, running, course, datetime.now(UTC)).follow(ids)

    application.store.write(follow)
    after = _told(application, running)
    return sorted(map(str, before ^ after))


def latenesses(application: Application, gaps: Sequence[Gap] = ()) -> list[timedelta]:
    """How long alerts took to open once they were due, what they follow from was known, and somebody was there to look.

    The longest last. `gaps` says when nobody was. An alert opens as of when the look began that found it, which may have
    waited for what was written first.
    """
    alert, claim, history = system.alert, system.claim, system.history
    with application.store.read() as connection:
        alerts = connection.execute(select(alert.c.record, alert.c.due_at, alert.c.opened_at)).all()
        known = [
            *connection.execute(select(claim.c.record, claim.c.received_at)),
            *connection.execute(select(history.c.record, history.c.at)),
        ]
    heard: dict[str, list[datetime]] = {}
    for record, at in known:
        heard.setdefault(record, []).append(at)
    found = []
    for record, due, opened in alerts:
        since = max([due, *(at for at in heard.get(record, ()) if at <= opened + _LOOK)])
        found.append(opened - max([since, *(end for start, end in gaps if start <= opened and end > since)]))
    return sorted(found)


def _told(application: Application, running: Running) -> set[tuple[Any, ...]]:
    """All that is now held of where records stand."""
    state = system.node_state
    columns = state.c.record, state.c.part, state.c.node, state.c.state, state.c.at, state.c.source
    with application.store.read() as connection:
        return {tuple(row) for row in connection.execute(select(*columns).where(state.c.known_to > datetime.now(UTC)))}


def _names(application: Application) -> Mapping[str, str]:
    """What the outside calls a record, by its id and by its key."""
    found: dict[str, str] = {}
    for record in _every(application, RECORDS):
        name = str(record[NATURAL])
        assert name not in found.values(), f"{name} came into being twice"
        found |= {str(record["id"]): name, str(record["order_no"]): name}
    return found | {str(record["id"]): str(record["waybill_no"]) for record in _every(application, PARTS)}


def _records(application: Application, table: str, names: Mapping[str, str]) -> Iterator[str]:
    for record in _every(application, table):
        kept = {name: value for name, value in record.items() if name not in _OURS}
        kept |= {name: kept[name] is not None for name in _OWN_TIMES & kept.keys()}
        lists = {name: value for name, value in kept.items() if isinstance(value, list)}
        kept |= {name: sorted(_natural(str(each), names) for each in value) for name, value in lists.items()}
        yield _natural(json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str), names)


def _natural(text: str, names: Mapping[str, str]) -> str:
    text = _OUR_NAMES.sub(lambda found: names.get(found[0], found[0]), text)
    return _NUMBERS.sub(r"\1#", text)


def _every(application: Application, table: str) -> Iterator[Mapping[str, Any]]:
    return (record.json() for record in application.records.stream(OPERATOR, table, Query()))


def _counted(rows: Sequence[Any], names: Mapping[str, str]) -> Mapping[str, int]:
    return Counter(" ".join(names.get(str(value), str(value)) for value in row) for row in rows)
