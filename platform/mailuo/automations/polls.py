"""Polls: outside systems that are asked again and again what is new; each element of an answer becomes an event.

How far a poll has come is a row. It moves on when everything up to there is kept; whatever fails before leaves it, and
what was kept already is kept once. A stretch of time of which an answer failed is asked about in halves, lest one that has
grown long never be answered whole by a side that fails now and then.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from mailuo.automations.bell import Bell
from mailuo.automations.gate import pass_gate
from mailuo.automations.queue import POSITIONS, Queue, Taken
from mailuo.automations.receiving import inbox_rows, put_in
from mailuo.automations.receiving_messages import LIMITED, NOT_DECLARED
from mailuo.automations.switch_messages import why_off
from mailuo.automations.waits import MOST_ASKED, Waits, asked_for
from mailuo.base.clock import Clock
from mailuo.base.moments import format_moment, parse_moment
from mailuo.base.problems import Problem
from mailuo.base.reasons import Failure, kept
from mailuo.connectors.conversation import Conversation
from mailuo.connectors.environment import Environment, Off, Wired
from mailuo.connectors.filling import Filling, reader
from mailuo.connectors.incoming import Arrived
from mailuo.connectors.limits import Scope, scopes_of
from mailuo.connectors.outcome import Outcome
from mailuo.connectors.polling import (
    Stretch,
    elements,
    key_of,
    longer,
    next_stretch,
    pages,
    parameters,
    shorter,
    wrapped,
)
from mailuo.formulas import Context
from mailuo.formulas.outside import member, text_of
from mailuo.metadata.build_given import reads_of
from mailuo.metadata.connector import Operation, Poll, Rows
from mailuo.metadata.given import Given, Path
from mailuo.records.actor import SYSTEM
from mailuo.records.in_force import InForce
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.engine import Store

_POSITION, _INBOX = system.position, system.inbox
_OFF_WAIT = timedelta(minutes=1)
_LONGEST_PAUSE_SECONDS = 20.0
_MOST_ROWS = 500
_NO_CALL = ""


class NotAnswered(Failure):
    """A poll's call came to nothing, or may not go out for a while."""

    def __init__(self, why: Problem, again_in: timedelta | None = None) -> None:
        super().__init__(why)
        self.again_in = again_in
        self.reached: Mapping[str, str] | None = None
        """How far the poll has come, where less is to be asked about next time."""


@dataclass(frozen=True)
class Polls:
    """Works off the positions of polls."""

    store: Store
    in_force: InForce
    clock: Clock
    environment: Environment
    conversation: Conversation
    bell: Callable[[], Bell]
    every: timedelta
    """How often a poll asks that does not say."""
    waits: Waits
    sleep: Callable[[float], None] = time.sleep

    @property
    def queue(self) -> Queue:
        """The positions."""
        return POSITIONS

    def ensure(self) -> None:
        """Gives every declared poll its position, due at once, and takes those away that are declared no longer."""
        now, declared = self.clock.now(), self.in_force.current.manifest.connectors.values()
        wanted = {(connector.id, poll) for connector in declared for poll in connector.polls}

        def work(connection: Connection) -> None:
            there = {(row.connector, row.poll) for row in connection.execute(select(_POSITION.c.connector, _POSITION.c.poll))}
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            for connector, poll in sorted(wanted - there):
                row = dialect.insert(_POSITION).values(connector=connector, poll=poll, due_at=now)
                connection.execute(row.on_conflict_do_nothing())
            for connector, poll in sorted(there - wanted):
                gone = _POSITION.c.connector == connector, _POSITION.c.poll == poll
                connection.execute(delete(_POSITION).where(*gone))

        self.store.write(work)

    def do(self, taken: Taken) -> None:
        """Asks once: one stretch of time, or the rows that are to be asked about."""
        running, now = self.in_force.current, self.clock.now()
        connector = running.manifest.connectors.get(taken.row.connector)
        poll = connector.polls.get(taken.row.poll) if connector else None
        if connector is None or poll is None:
            self._rest(taken, now + _OFF_WAIT, error=kept(NOT_DECLARED()))
            return
        wired = self.environment.wired(connector)
        if isinstance(wired, Off):
            self._rest(taken, now + _OFF_WAIT, error=kept(why_off(wired)))
            return
        every = poll.every or self.every
        try:
            after = _Asking(self, taken, running, wired, poll, now).ask()
        except NotAnswered as failed:
            wait = failed.again_in or min(every, self.waits.after(1))
            self._rest(taken, self.clock.now() + wait, failed.reached, error=kept(failed.why))
            return
        due_at = now if after.more else now + every
        self._rest(taken, due_at, after.reached, error=None, succeeded_at=now)

    def _rest(
        self, taken: Taken, due_at: datetime, reached: Mapping[str, str] | None = None, **values: object
    ) -> None:
        told = values if reached is None else {**values, "reached": reached}
        self.store.write(lambda connection: POSITIONS.give_back(connection, taken, due_at, **told))


@dataclass(frozen=True, slots=True)
class _After:
    """How far a poll has come, and whether there is more to ask about at once."""

    reached: Mapping[str, str] | None = None
    more: bool = False


@dataclass(frozen=True)
class _Asking:
    """One time that a poll asks."""

    polls: Polls
    taken: Taken
    running: Running
    wired: Wired
    poll: Poll
    now: datetime

    def ask(self) -> _After:
        """Asks, and keeps what is answered."""
        return self._rows(self.poll.rows) if self.poll.rows is not None else self._listed()

    # Lists, by time or whole

    def _listed(self) -> _After:
        window, zone = self.poll.window, self.wired.connector.zone
        stretch = None
        if window is not None:
            stretch = next_stretch(window, self._reached(), self.now, self._span())
            if stretch is None:
                return _After()
        given = parameters(window, stretch, zone) if window is not None and stretch is not None else {}
        values = self._values(self.poll.values)

        def ask(page: Mapping[str, str]) -> object:
            return self._body(self.poll.operation, {**values, **given, **page})

        try:
            for found in pages(self.poll.pages, self.poll.each, ask, self.now, zone):
                self._keep(found)
        except NotAnswered as failed:
            if stretch is not None:
                failed.reached = self._told(self._reached(), shorter(stretch))
            raise
        return self._after(stretch)

    def _after(self, stretch: Stretch | None) -> _After:
        window, span = self.poll.window, self._span()
        if stretch is None or window is None:
            return _After()
        reached = self._told(stretch.end, longer(window, span) if span is not None else None)
        return _After(reached, stretch.end < self.now - window.lag)

    def _told(self, at: datetime | None, span: timedelta | None) -> Mapping[str, str]:
        """How far the poll has come, and how long the next stretch may be, in seconds, where that is said."""
        told = {} if at is None else {"at": format_moment(at, self.running.zone)}
        return told if span is None else {**told, "span": f"{span.total_seconds():g}"}

    def _reached(self) -> datetime | None:
        at = (self.taken.row.reached or {}).get("at")
        return parse_moment(at, self.running.zone) if at else None

    def _span(self) -> timedelta | None:
        span = (self.taken.row.reached or {}).get("span")
        return timedelta(seconds=float(span)) if span else None

    # Row by row

    def _rows(self, rows: Rows) -> _After:
        found = self._silent(rows)
        for row in found:
            body = self._body(self.poll.operation, self._values(self.poll.values, row=row))
            self._keep(elements(body, self.poll.each))
        return _After()

    def _silent(self, rows: Rows) -> list[dict[str, Any]]:
        """The rows to ask about, each as the nested members that values read; in no order, so that all get their turn."""
        reach = Reach.of(self.running, rows.table, self.running.context(self.now, SYSTEM))
        declared = self.running.tables[rows.table]
        paths = sorted(path[1:] for path in reads_of(self.poll.values) if path[0] == "row")
        key = self.running.key_column(rows.table)
        columns = [reach.column(path) if path else key for path in paths]
        where: list[ColumnElement[bool]] = [declared.deleted_at.is_(None)]
        if rows.where is not None:
            where.append(reach.formula(rows.where))
        if rows.silent_for is not None:
            since = self.now - rows.silent_for
            about = or_(_INBOX.c.part == declared.id, _INBOX.c.record == declared.id)
            latest = _INBOX.c.connector == self.wired.connector.id, _INBOX.c.received_at > since, about
            created_at: ColumnElement[Any] = declared.table.c.created_at
            where += [~select(literal(1)).where(*latest).exists(), created_at <= since]
        labelled = (column.label(f"c{place}") for place, column in enumerate(columns))
        query = select(declared.id, *labelled).where(*where).order_by(func.random()).limit(_MOST_ROWS)
        with self.polls.store.read() as connection:
            return [_nested(paths, row[1:]) for row in connection.execute(query)]

    # Calls

    def _values(self, given: Mapping[str, Given], **roots: object) -> dict[str, Any]:
        identity = {"id": self.wired.identity}
        read = reader(now=self.now, auth=identity, **roots)
        filling = Filling(lambda path: _key(read(path)), Context(self.now, self.wired.connector.zone))
        return {name: filling.value(each) for name, each in given.items()}

    def _body(self, name: str, values: Mapping[str, Any]) -> object:
        """The body of a fine answer; raises NotAnswered."""
        operation = self.wired.connector.operations[name]
        scopes = scopes_of(self.wired.connector, operation, None)
        while (pause := self._pause(scopes)) is not None:
            if pause.total_seconds() > _LONGEST_PAUSE_SECONDS:
                raise NotAnswered(LIMITED(), pause)
            self.polls.sleep(pause.total_seconds())
        outcome = self._asked(operation, values)
        if not outcome.done:
            raise NotAnswered(outcome.said, self._patience(outcome))
        return outcome.body

    def _asked(self, operation: Operation, values: Mapping[str, Any]) -> Outcome:
        """What the last attempt came to; each is kept, and counts in the console."""
        attempts = list(self.polls.conversation.attempts(self.wired, operation, values))
        rows = [each.row(_NO_CALL, self.wired.connector.id, operation.id) for each in attempts]
        self.polls.store.write(lambda connection: insert_many(connection, system.attempt, rows))
        return attempts[-1].outcome

    def _pause(self, scopes: Sequence[Scope]) -> timedelta | None:
        """How long to wait before the next call; None where it may go out, and is counted."""
        now = self.polls.clock.now()
        again_at = self.polls.store.write(lambda connection: pass_gate(connection, scopes, now))
        return None if again_at is None else again_at - now

    def _patience(self, outcome: Outcome) -> timedelta | None:
        """How long to wait, as the declaration and, within limits, the other side say; None where neither does."""
        asked = asked_for(outcome.retry_after, self.now)
        waits = (outcome.wait_for, None if asked is None else min(asked, MOST_ASKED))
        return max((each for each in waits if each is not None), default=None)

    # Keeping

    def _keep(self, listed: Sequence[object]) -> None:
        """Keeps the elements of a page, read in full where the poll says so, and confirms them.

        One that cannot be read ends it; those before it are kept, and are not read again.
        """
        there, found, taken, failed = self._there(listed), list[Arrived](), list[object](), None
        for element in listed:
            if self._key_as_listed(element) not in there:
                try:
                    found.append(self._event(self._whole(element)))
                except NotAnswered as failure:
                    failed = failure
                    break
            taken.append(element)
        if found:
            self._store(found)
        self._confirm(taken)
        if failed is not None:
            raise failed

    def _whole(self, element: object) -> object:
        then = self.poll.then
        if then is None:
            return element
        body = self._body(then.operation, self._values(then.values, item=element))
        whole = member(body, then.body) if then.body else body
        return element if whole is None else whole

    def _there(self, listed: Sequence[object]) -> set[str]:
        """The keys of elements that were read in full before."""
        keys = [key for each in listed if (key := self._key_as_listed(each))]
        if not keys:
            return set()
        mine = _INBOX.c.connector == self.wired.connector.id, _INBOX.c.event == self.poll.event, _INBOX.c.key.in_(keys)
        with self.polls.store.read() as connection:
            return set(connection.scalars(select(_INBOX.c.key).where(*mine)))

    def _key_as_listed(self, element: object) -> str | None:
        """The key of an element that has yet to be read in full, where it says enough for that."""
        template = self.poll.key
        if self.poll.then is None or template is None:
            return None
        if any(member(element, path[1:]) in (None, "") for path in template.reads):
            return None
        return key_of(template, element, self.now, self.wired.connector.zone)

    def _event(self, element: object) -> Arrived:
        event = self.wired.connector.events[self.poll.event]
        key = key_of(self.poll.key, element, self.now, self.wired.connector.zone)
        return Arrived(key, wrapped(event.each, element))

    def _store(self, found: Sequence[Arrived]) -> None:
        connector, revision = self.wired.connector.id, self.running.number
        rows = inbox_rows(connector, self.poll.event, found, b"", self.polls.clock.now(), revision)

        def work(connection: Connection) -> list[str]:
            POSITIONS.hold(connection, self.taken)
            return put_in(connection, rows)

        self.polls.bell().ring("inbox", self.polls.store.write(work))

    def _confirm(self, listed: Sequence[object]) -> None:
        confirm = self.poll.confirm
        if confirm is None or not listed:
            return
        keys = [key for each in listed if (key := text_of(member(each, confirm.key)))]
        if keys:
            self._body(confirm.operation, self._values(confirm.values, keys=",".join(keys)))


def _nested(paths: Sequence[Path], values: Sequence[Any]) -> dict[str, Any]:
    """The values as members of members; the value of a path that others go through stands under the empty name."""
    found: dict[str, Any] = {}
    for path, value in zip(paths, values, strict=True):
        inner = found
        for step in path:
            inner = inner.setdefault(step, {})
        inner[""] = value
    return found


def _key(value: object) -> object:
    """The value itself where it is one of a row."""
    return value.get("") if isinstance(value, dict) and "" in value else value

