"""Scenarios as frozen dataclasses: executable examples, read and checked; the floor of the app runs them.

Values of fields stay as written (`Written`, tuples, parts, None): what they stand for depends on the moment, on aliases
and on declarations that the scenario itself changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from mailuo.base.problems import Place
from mailuo.metadata.edits import Edit
from mailuo.metadata.part import Part, Written

Values = Mapping[Written, object]
NOTHING: Values = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who does a step: a named person, or the stand-in of a role where no name is given."""

    name: str | None
    roles: tuple[Written, ...]


# --- what a step does -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Create:
    """A new record; `alias` names it for later steps."""

    table: Written
    alias: str | None
    values: Values


@dataclass(frozen=True, slots=True)
class Update:
    """Changed fields of a record."""

    record: Written
    values: Values


@dataclass(frozen=True, slots=True)
class Delete:
    """A record into the trash."""

    record: Written


@dataclass(frozen=True, slots=True)
class Restore:
    """A record back out of the trash."""

    record: Written


@dataclass(frozen=True, slots=True)
class Say:
    """A claim; without a moment it speaks of now."""

    record: Written
    node: Written
    source: Written
    at: datetime | None = None
    part: Written | None = None
    evidence: Values = field(default_factory=lambda: NOTHING)
    note: str | None = None
    by: Somebody | None = None


@dataclass(frozen=True, slots=True)
class Retract:
    """A claim taken back: the one that counts, unless its source or moment is named."""

    record: Written
    node: Written
    source: Written | None = None
    at: datetime | None = None
    part: Written | None = None
    note: str | None = None
    by: Somebody | None = None


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """An alert acknowledged with a note."""

    rule: Written
    record: Written
    note: str | None = None
    by: Somebody | None = None


@dataclass(frozen=True, slots=True)
class Submit:
    """A filled form, about a record where one is named."""

    form: Written
    record: Written | None
    values: Values
    by: Somebody | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed on a record."""

    button: Written
    record: Written
    by: Somebody | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """The latest run of an automation that did not end well, done again: on a record where one is named.

    One that ended well has no step to go on from, and is refused.
    """

    automation: Written
    record: Written | None = None


@dataclass(frozen=True, slots=True)
class ReplayEvents:
    """The dead letters of a connector, or those of one of its events, mapped anew."""

    connector: Written
    event: Written | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """An event that comes in, as if its sender had been proved."""

    connector: Written
    event: Written
    body: Values


@dataclass(frozen=True, slots=True)
class Answers:
    """What the outside answers to an operation from now on, or so many times."""

    connector: Written
    operation: Written
    body: object = None
    status: str | None = None
    """A status code, or `timeout`; 200 where nothing is said."""
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Argued:
    """The dispute that is open about a node of a record, or of one part of it."""

    record: Written
    node: Written
    part: Written | None = None


@dataclass(frozen=True, slots=True)
class GiveEvidence:
    """Evidence in a dispute: a photo where one is named, and the time that it proves."""

    dispute: Argued
    photo: object = None
    at: datetime | None = None
    note: str | None = None
    by: Somebody | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a second person makes of the latest evidence in a dispute."""

    dispute: Argued
    verdict: str
    note: str | None = None
    by: Somebody | None = None


@dataclass(frozen=True, slots=True)
class SetCalendarDay:
    """The working hours of one day of a calendar."""

    calendar: Written
    day: date
    windows: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Declare:
    """Changes of declarations, published together."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """The last number given out in a group of a table's keys."""

    table: Written
    of: Values
    at: int


@dataclass(frozen=True, slots=True)
class Down:
    """Nothing runs for so long."""

    length: timedelta


Deed = (
    Create
    | Update
    | Delete
    | Restore
    | Say
    | Retract
    | Acknowledge
    | Submit
    | Press
    | Replay
    | ReplayEvents
    | Push
    | Answers
    | GiveEvidence
    | Review
    | SetCalendarDay
    | Declare
    | Counter
    | Down
)


# --- what is expected -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fails:
    """What a step does must be refused: with this code, with a text that contains this."""

    code: str | None = None
    contains: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Records of a table: how many answer a condition, and some that are among them."""

    of: Written
    where: Written | None
    count: int | None
    rows: tuple[Part, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Expect:
    """What must be so after a step; what is None is not compared."""

    record: Mapping[Written, Part | None] = field(default_factory=dict)
    records: tuple[Rows, ...] = ()
    alerts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    sent: tuple[Part, ...] | None = None
    popups: tuple[Part, ...] | None = None
    calls: tuple[Part, ...] | None = None
    runs: tuple[Part, ...] | None = None
    disputes: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: it lets time pass, does at most one thing, and compares."""

    place: Place
    path: str
    after: timedelta | None = None
    until: datetime | None = None
    seen_as: Written | None = None
    deed: Deed | None = None
    fails: Fails | None = None
    expect: Expect | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """An executable example."""

    title: str
    now: datetime
    steps: tuple[Step, ...]
    place: Place
