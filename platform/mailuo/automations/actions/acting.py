"""Acting: what an action has at hand while it does its step, and what it tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mailuo.automations.members import Member, Members
from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM
from mailuo.records.door import Records
from mailuo.records.messages import UNKNOWN_RECORD
from mailuo.records.running import Running
from mailuo.records.standing import Finder, Standing
from mailuo.records.writing import Manner, Writing

_CAREFULLY = Manner(careful=True)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The run that a step belongs to."""

    id: str
    automation: str
    table: str | None
    record: str
    revision: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to: what went in, what came out, what later steps may name."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    member: tuple[str, Member] | None = None
    waits: bool = False
    """The run goes on when an answer is there."""
    stops: bool = False
    """The run ends here."""


@dataclass(frozen=True)
class Acting:
    """One step, in its transaction."""

    connection: Connection
    running: Running
    records: Records
    now: datetime
    run: RunFacts
    place: str
    path: str
    members: Members
    trial: bool = False
    """Whether it is only tried: nothing is kept of it."""

    def writing(self, table: str) -> Writing:
        """The means to change a table, as the system; what is taken already is refused before it is written."""
        return self.records.writing(self.connection, self.running, SYSTEM, table, _CAREFULLY)

    def standing(self, table: str, key: str) -> Standing:
        """The row with a key or id, kept from others; refuses one that is not there."""
        if not key:
            raise Refusal(UNKNOWN_RECORD(found="–"))
        return Finder(self.connection, self.running, SYSTEM, table, self.now, hold=True).standing(key)

    def key(self, table: str, record: str) -> str:
        """What people call a row."""
        declared = self.running.tables[table]
        found = self.connection.scalar(select(self.running.key_column(table)).where(declared.id == record))
        return str(found or record)
