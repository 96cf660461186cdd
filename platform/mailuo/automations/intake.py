"""Intake: what waits in the inbox is mapped to claims and handed to the rules, each event in one transaction if it can be.

What speaks of a record that is not there waits as a dead letter, and is taken up when the record appears. What is refused
is put aside with its reason, and hinders nothing else, not even what came in the same push.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row

from mailuo.automations.finding import Finding, Found
from mailuo.automations.queue import INBOX, Queue, Taken
from mailuo.automations.receiving import inbox_rows, put_in
from mailuo.automations.receiving_messages import ELEMENT, MORE, NO_EVENT, UNKNOWN_RECORD
from mailuo.automations.triggers import received
from mailuo.automations.unread import events_of, is_unread
from mailuo.base.clock import Clock
from mailuo.base.problems import Problem, Refusal
from mailuo.base.reasons import kept, together
from mailuo.connectors.environment import Environment
from mailuo.connectors.mapping import Element, Said, Unread, mapped
from mailuo.flow.course import Course, course_of
from mailuo.flow.saying import Saying, Word
from mailuo.flow.silence import Silence
from mailuo.metadata.automation import OnEvent
from mailuo.metadata.connector import Connector, Event
from mailuo.metadata.model import Node
from mailuo.records.actor import SYSTEM
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.records.running import Running
from mailuo.records.standing import Finder
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.engine import Store

_MOST_TOLD = 5
"""How many refused elements a reason names."""
FIRST_LOOK = timedelta(seconds=2)
"""How soon a letter about an unknown record is looked at again; later ones come as late as a tenth of its age."""


class Intake:
    """Works off the inbox."""

    def __init__(
        self, store: Store, in_force: InForce, clock: Clock, records: Records, environment: Environment
    ) -> None:
        self._clock = clock
        self._records = records
        self._environment = environment
        self._transactions = Transactions(store, in_force)

    @property
    def queue(self) -> Queue:
        """The inbox."""
        return INBOX

    def do(self, taken: Taken) -> None:
        """Takes one event in: whole, or, where something of it is refused, each of its elements for itself."""
        if is_unread(taken.row):
            self._transactions.write(partial(self._read, taken))
            return
        try:
            self._transactions.write(partial(self._whole, taken))
        except _Stuck as stuck:
            self._each(taken, stuck.elements)

    def _whole(self, taken: Taken, connection: Connection, running: Running, careful: bool) -> None:
        """Takes in every element, in the one transaction."""
        INBOX.hold(connection, taken)
        taking = self._taking(taken, connection, running)
        identity = self._identity(taking.connector)
        elements = mapped(taking.event, taken.row.body, identity, taken.row.received_at)
        taken_in = _TakenIn()
        for element in elements:
            try:
                taken_in.add(element, taking.take(taken.row, element))
            except Refusal:
                raise _Stuck(elements) from None
        taking.end(taken, taken_in)

    def _read(self, taken: Taken, connection: Connection, running: Running, careful: bool) -> None:
        """Puts what an unread letter says into the inbox, as if it came now with the time at which it did come."""
        INBOX.hold(connection, taken)
        taking, row = self._taking(taken, connection, running), taken.row
        found = events_of(self._environment, taking.connector, taking.event, row, row.received_at)
        put_in(connection, inbox_rows(row.connector, row.event, found, b"", row.received_at, running.number))
        taking.end(taken, _TakenIn())

    def _each(self, taken: Taken, elements: Sequence[Element | Unread]) -> None:
        """Takes in each element in a transaction of its own; those that are refused are put aside, and why."""

        def one(connection: Connection, running: Running, careful: bool, element: Element | Unread) -> Found | None:
            INBOX.hold(connection, taken)
            return self._taking(taken, connection, running).take(taken.row, element)

        taken_in = _TakenIn(several=len(elements) > 1)
        for element in elements:
            try:
                taken_in.add(element, self._transactions.write(partial(one, element=element)))
            except Refusal as refusal:
                taken_in.refused.append((element.number, refusal))

        def work(connection: Connection, running: Running, careful: bool) -> None:
            self._taking(taken, connection, running).end(taken, taken_in)

        self._transactions.write(work)

    def _taking(self, taken: Taken, connection: Connection, running: Running) -> "_Taking":
        connector = running.manifest.connectors.get(taken.row.connector)
        event = connector.events.get(taken.row.event) if connector else None
        if connector is None or event is None:
            raise NoSuchThing(NO_EVENT(connector=taken.row.connector, event=taken.row.event))
        return _Taking(connection, running, connector, event, self._records, self._clock.now())

    def _identity(self, connector: Connector) -> str:
        setting = connector.auth.values.get("id") if connector.auth else None
        return self._environment.resolved(setting) if setting else ""


class _Stuck(Exception):
    """An element of an event is refused."""

    def __init__(self, elements: Sequence[Element | Unread]) -> None:
        super().__init__("an element is refused")
        self.elements = elements


@dataclass
class _TakenIn:
    """What has become of the elements of an event."""

    first: Found | None = None
    """The record that the first of them was about."""
    missing: list[Mapping[str, str | None]] = field(default_factory=list)
    """What was sought, of those whose records are not there."""
    refused: list[tuple[int, Refusal]] = field(default_factory=list)
    several: bool = False
    """Whether the event has more than one element."""

    def add(self, element: Element | Unread, found: Found | None) -> None:
        """Notes an element with the record that it is about; None: it is not there, or none is sought."""
        if found is None and isinstance(element, Element) and element.sought:
            self.missing.append(element.sought)
        self.first = self.first or found

    def problems(self) -> list[Problem]:
        """What hinders the event from being done."""
        unknown = [UNKNOWN_RECORD(sought=_words(self.missing))] if self.missing else []
        if not self.several:
            return [*unknown, *(problem for _, refusal in self.refused for problem in refusal.problems)]
        told = [_numbered(number, refusal) for number, refusal in self.refused[:_MOST_TOLD]]
        more = [MORE(count=len(self.refused) - len(told))] if len(self.refused) > len(told) else []
        return [*unknown, *told, *more]


@dataclass
class _Taking:
    """One event taken in, or a part of it, in one transaction."""

    connection: Connection
    running: Running
    connector: Connector
    event: Event
    records: Records
    now: datetime

    def take(self, row: Row[Any], element: Element | Unread) -> Found | None:
        """Takes one element in; the record it is about, None where it is not there or none is sought."""
        if isinstance(element, Unread):
            raise element.refusal
        found = self.found(element)
        if found is None and self.event.find is not None:
            return None
        if found is not None:
            self.say(element, found)
        self.tell(row, element, found)
        return found

    def found(self, element: Element) -> Found | None:
        """The row that an element is about, with the record that it leads to; None where there is none."""
        if self.event.find is None:
            return None
        return Finding(self.connection, self.running, self.event.find).found(element.sought)

    def say(self, element: Element, found: Found) -> None:
        """Says what an element claims, in the connector's name."""
        course = course_of(self.running, found.table)
        if course is None:
            return
        about = Finder(self.connection, self.running, SYSTEM, found.table, self.now, hold=True).standing(found.record)
        saying = Saying(self.connection, self.running, SYSTEM, course, self.records, self.now)
        words = [self._word(course, said, found) for said in element.claims]
        saying.hear(about, words, self.connector.id, found.part or "")

    def tell(self, row: Row[Any], element: Element, found: Found | None) -> None:
        """Tells the rules that wait for such an event."""
        if (row.connector, row.event) in _awaited(self.running):
            about = {"table": found.table, "record": found.record, "part": found.part} if found else {}
            name = f"{row.id}/{element.number}"
            line = received(self.now, row.connector, row.event, name, element.item, **about)
            insert_many(self.connection, system.outbox, [line])

    def _word(self, course: Course, said: Said, found: Found) -> Word:
        part = said.part
        if part is None and found.part is not None and _parts(course, said.node) == found.part_table:
            part = found.part
        return Word(said.node, said.at, self.connector.id, part)

    def end(self, taken: Taken, taken_in: _TakenIn) -> None:
        """Ends the work: done, or a dead letter with what hinders it, which waits for the record where one is missing."""
        first, missing = taken_in.first, taken_in.missing
        about = {"record": first.record, "table": first.table, "part": first.part} if first else {}
        hindered = taken_in.problems()
        values: dict[str, object] = {"reason": kept(*hindered) if hindered else None, "sought": None, **about}
        if missing:
            assert self.event.find is not None
            waits = max(FIRST_LOOK, (self.now - taken.row.received_at) / 10)
            values |= {"sought": [dict(each) for each in missing], "due_at": self.now + waits, "table": self.event.find.table}
        INBOX.end(self.connection, taken, "dead" if hindered else "done", self.now, **values)
        Silence(self.connection, self.running, self.now).broken_by(self.connector.id)


def _numbered(number: int, refusal: Refusal) -> Problem:
    """Why an element is refused, by its number as people count."""
    return ELEMENT(number=number + 1, said=together(*refusal.problems))


def _parts(course: Course, node: str) -> str | None:
    """The table of whose rows a node is asked one by one."""
    declared = course.table.flow.nodes.get(node) if course.table.flow else None
    per = declared.per if isinstance(declared, Node) else None
    return next((each.table for each in course.children if each.per == per), None) if per else None


def _awaited(running: Running) -> frozenset[tuple[str, str]]:
    """The events for which rules wait."""

    def make() -> frozenset[tuple[str, str]]:
        rules = (rule for rule in running.manifest.automations.values() if rule.enabled)
        triggers = (trigger for rule in rules for trigger in rule.triggers)
        return frozenset((each.connector, each.event) for each in triggers if isinstance(each, OnEvent))

    return running.once("awaited events", make)


def _words(sought: Sequence[Mapping[str, str | None]]) -> str:
    return ", ".join(f"{name}={value or ''}" for each in sought for name, value in each.items())[:300]


