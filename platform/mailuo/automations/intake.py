"""Intake: what waits in the inbox is mapped to claims and handed to the rules, each event in one transaction.

What speaks of a record that is not there waits as a dead letter, and is taken up when the record appears. What cannot
be mapped is put aside with its reason, and hinders nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from mailuo.automations.finding import Finding, Found
from mailuo.automations.queue import INBOX, Queue, Taken
from mailuo.automations.receiving_messages import NO_EVENT
from mailuo.automations.triggers import received
from mailuo.base.clock import Clock
from mailuo.connectors.environment import Environment
from mailuo.connectors.mapping import Element, Said, mapped
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

UNKNOWN = "unknown record"
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
        """Takes one event in."""

        def work(connection: Connection, running: Running, careful: bool) -> None:
            INBOX.hold(connection, taken)
            connector = running.manifest.connectors.get(taken.row.connector)
            event = connector.events.get(taken.row.event) if connector else None
            if connector is None or event is None:
                raise NoSuchThing(NO_EVENT(connector=taken.row.connector, event=taken.row.event))
            identity = self._identity(connector)
            elements = mapped(event, taken.row.body, identity, taken.row.received_at)
            taking = _Taking(connection, running, connector, event, self._records, self._clock.now())
            missing: list[Mapping[str, str | None]] = []
            first: Found | None = None
            for element in elements:
                found = taking.found(element)
                if event.find is not None and found is None:
                    missing.append(element.sought)
                    continue
                first = first or found
                if found is not None:
                    taking.say(element, found)
                taking.tell(taken.row, element, found)
            taking.end(taken, first, missing)

        self._transactions.write(work)

    def _identity(self, connector: Connector) -> str:
        setting = connector.auth.values.get("id") if connector.auth else None
        return self._environment.resolved(setting) if setting else ""


@dataclass
class _Taking:
    """One event taken in, in one transaction."""

    connection: Connection
    running: Running
    connector: Connector
    event: Event
    records: Records
    now: datetime

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

    def end(self, taken: Taken, first: Found | None, missing: Sequence[Mapping[str, str | None]]) -> None:
        """Ends the work: done, or a dead letter that waits for the record to appear."""
        about = {"record": first.record, "table": first.table, "part": first.part} if first else {}
        if not missing:
            INBOX.end(self.connection, taken, "done", self.now, reason=None, sought=None, **about)
        else:
            assert self.event.find is not None
            sought = [dict(each) for each in missing]
            waits = max(FIRST_LOOK, (self.now - taken.row.received_at) / 10)
            INBOX.end(
                self.connection, taken, "dead", self.now, reason=f"{UNKNOWN}: {_words(sought)}", sought=sought,
                due_at=self.now + waits, **{**about, "table": self.event.find.table},
            )  # fmt: skip
        Silence(self.connection, self.running, self.now).broken_by(self.connector.id)


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


