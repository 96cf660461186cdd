"""Dead letters: events about records that were not there; they are taken up when the records appear.

Letters that wait are asked about by the hundred, in one statement a field: a fresh one within seconds, an old one as late
as a tenth of its age. Nobody has to tell when a record is made.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update

from mailuo.automations.intake import FIRST_LOOK
from mailuo.base.clock import Clock
from mailuo.base.problems import Problem
from mailuo.metadata.connector import Find
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.engine import Store

PORTION = 200
LONGEST_LOOK = timedelta(minutes=10)
_INBOX = system.inbox
Sought = Mapping[str, str | None]
Values = tuple[object, ...]


@dataclass(frozen=True)
class DeadLetters:
    """The letters of a store that wait for records."""

    store: Store
    in_force: InForce
    clock: Clock

    def next_look(self) -> datetime | None:
        """When the next letter is to be looked at; None when none waits."""
        with self.store.read() as connection:
            at: datetime | None = connection.scalar(
                select(_INBOX.c.due_at).where(*_waiting()).order_by(_INBOX.c.due_at).limit(1)
            )
        return at

    def look(self, now: datetime, ahead: timedelta = timedelta(0)) -> int:
        """How many letters are to be worked off again, because something of what they speak of is there now.

        Those that are to be looked at only later are left alone, save by so much.
        """
        with self.store.read() as connection:
            query = select(_INBOX).where(*_waiting(), _INBOX.c.due_at <= now + ahead).order_by(_INBOX.c.due_at)
            letters = connection.execute(query.limit(PORTION)).all()
            if not letters:
                return 0
            fresh = _there(connection, self.in_force.current, letters)
        later = {letter.id: now + _patience(letter, now) for letter in letters if letter.id not in fresh}
        self.store.write(lambda connection: _put_back(connection, fresh, later, now))
        return len(fresh)


def _waiting() -> tuple[Any, ...]:
    return _INBOX.c.state == "dead", _INBOX.c.table.is_not(None), _INBOX.c.sought.is_not(None)


def _patience(letter: Row[Any], now: datetime) -> timedelta:
    age: timedelta = now - letter.received_at
    return min(max(age / 10, FIRST_LOOK), LONGEST_LOOK)


def _there(connection: Connection, running: Running, letters: Sequence[Row[Any]]) -> set[str]:
    """The ids of the letters of which one of the rows that they seek is there; and of those that are to be read anew."""
    found: set[str] = set()
    alike: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for letter in letters:
        alike[letter.connector, letter.event].append(letter)
    for (connector, event), group in alike.items():
        declared = running.manifest.connectors.get(connector)
        known = declared.events.get(event) if declared else None
        find = known.find if known else None
        changed = [each for each in group if find is None or any(set(one) != set(find.where) for one in each.sought)]
        found |= {each.id for each in changed}
        if find is not None:
            found |= _found(connection, running, find, [each for each in group if each not in changed])
    return found


def _found(connection: Connection, running: Running, find: Find, letters: Sequence[Row[Any]]) -> set[str]:
    """The letters whose rows are there, by one statement."""
    declared, names = running.tables[find.table], tuple(find.where)
    sought = {(letter.id, values) for letter in letters for each in letter.sought if (values := _parsed(running, find, each))}
    if not sought:
        return set()
    columns = [declared.fields[name] for name in names]
    among = or_(*(and_(*(column == value for column, value in zip(columns, values, strict=True))) for _, values in sought))
    linked = [declared.fields[find.claim_on].is_not(None)] if find.claim_on else []
    query = select(*columns).where(among, declared.deleted_at.is_(None), *linked)
    there = {tuple(row) for row in connection.execute(query)}
    return {letter for letter, values in sought if values in there}


def _parsed(running: Running, find: Find, sought: Sought) -> Values | None:
    """The values as the fields hold them, in the order of the declaration; None where no row can have them."""
    fields = running.manifest.tables[find.table].fields
    values = tuple(fields[name].type.parse(sought[name], running.zone) for name in find.where)
    return None if any(value is None or isinstance(value, Problem) for value in values) else values


def _put_back(connection: Connection, fresh: set[str], later: Mapping[str, datetime], now: datetime) -> None:
    dead = _INBOX.c.state == "dead"
    if fresh:
        again = update(_INBOX).where(_INBOX.c.id.in_(sorted(fresh)), dead)
        connection.execute(again.values(state="new", due_at=now, lease_until=None, attempts=0))
    for id_, due_at in later.items():
        connection.execute(update(_INBOX).where(_INBOX.c.id == id_, dead).values(due_at=due_at))
