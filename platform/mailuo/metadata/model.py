"""Declarations as frozen dataclasses: what a workspace says, checked and typed.

They are built once from the files by `metadata.load`; after that nobody reads files or dictionaries.
Maps keep the order in which they were written. Ids are the declared ones; titles are what people see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from mailuo.base.problems import Place
from mailuo.fields import FieldType
from mailuo.formulas import Formula, Template
from mailuo.metadata.arbitration import Arbitration
from mailuo.metadata.automation import Automation, Step
from mailuo.metadata.connector import Connector
from mailuo.metadata.scenario import Scenario

EMPTY: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Workspace:
    """What holds for the whole workspace."""

    title: str
    timezone: str
    languages: tuple[str, ...]
    currency: str
    calendar: str | None
    sources: Mapping[str, str]
    retention: Mapping[str, timedelta]
    quiet_hours: "Window | None" = None
    """When messages wait that are not red."""


# --- tables -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """The one identity of a record; with a pattern it is generated, without one it is entered once."""

    field: str
    pattern: str | None
    restart: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """A condition every record of the table must meet, and what to say when it does not."""

    formula: Formula
    message: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table; `type` holds its kind and options."""

    id: str
    title: str
    type: FieldType
    help: str | None = None
    was: str | None = None
    required: bool = False
    default: object = None
    default_formula: Formula | None = None
    unique: bool = False
    unique_with: tuple[str, ...] = ()
    index: bool = False
    readonly: bool = False
    hidden: bool = False
    visible_when: Formula | None = None
    validate: Validation | None = None
    personal: bool = False
    release: bool = False
    place: Place | None = None


class SpeakerKind(StrEnum):
    """Who may say that a node is reached."""

    SOURCE = "source"  # an outside source of the workspace, or a connector
    ROLE = "role"
    AUTOMATION = "automation"
    MANUAL = "manual"  # roles that may say it without evidence, source `manual`
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Speaker:
    """One entry of a node's `by`."""

    kind: SpeakerKind
    name: str  # source id, role id, form id; "" for automation and manual
    roles: tuple[str, ...] = ()  # of a manual speaker

    @property
    def source(self) -> str:
        """The source that its claims carry: the outside one's id, `role:x`, `form:x`, `automation`, `manual`."""
        if self.kind in (SpeakerKind.AUTOMATION, SpeakerKind.MANUAL):
            return self.kind.value
        return self.name if self.kind is SpeakerKind.SOURCE else f"{self.kind.value}:{self.name}"


class EvidenceKind(StrEnum):
    """What can be shown to prove a word."""

    PHOTO = "photo"
    PDF = "pdf"
    FILE = "file"
    GEO = "geo"
    SIGNATURE = "signature"
    SCAN = "scan"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A proof that a node asks for; `scan_of` (a links field) and `scan_match` (a path) belong to scans."""

    kind: EvidenceKind
    required: bool
    scan_of: str | None = None
    scan_match: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A milestone of a flow."""

    id: str
    title: str
    after: tuple[str, ...]  # resolved: the node above when nothing was written
    by: tuple[Speaker, ...]
    was: str | None = None
    when: Formula | None = None
    requires: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    per: str | None = None  # a links field whose rows are the parts
    reached: Literal["all", "any"] = "all"
    wait: timedelta | None = None  # auto: {wait: …}: reached by the clock itself
    skippable: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of the line from anywhere."""

    id: str
    title: str
    by: tuple[Speaker, ...]
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The status line of a table."""

    nodes: Mapping[str, Node]
    exits: Mapping[str, Exit]
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class SortKey:
    """One step of an order: a formula (often just a field), ascending or descending; blanks come last."""

    formula: Formula
    descending: bool


@dataclass(frozen=True, slots=True)
class View:
    """A saved way to look at a table."""

    id: str
    title: str
    type: Literal["grid", "kanban", "calendar"]
    filter: Formula | None
    sort: tuple[SortKey, ...]
    columns: tuple[str, ...]
    group: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """A generated form with some of a table's fields; a public one is filled by outsiders."""

    id: str
    title: str
    public: bool
    fields: tuple[str, ...]
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table."""

    id: str
    title: str
    fields: Mapping[str, Field]
    icon: str | None = None
    was: str | None = None
    key: Key | None = None
    flow: Flow | None = None
    views: Mapping[str, View] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    help: str | None = None
    place: Place | None = None


# --- roles ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do in one table; `see` is a formula over the row, True for all, False for none."""

    see: Formula | bool = False
    create: bool = False
    change: frozenset[str] | Literal["all"] = frozenset()
    delete: bool = False
    hide: frozenset[str] = frozenset()
    mask: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its grants by table, its boards, and what it may do beyond records (`may:`)."""

    id: str
    title: str
    tables: Mapping[str, Grant]
    boards: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()


# --- calendars --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of work; an `end` not later than `start` lies on the next day."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours: `days` win over holidays, holidays over `weekly` (0 = Monday)."""

    id: str
    title: str
    weekly: Mapping[int, tuple[Window, ...]]
    holidays: str | None
    days: Mapping[date, tuple[Window, ...]]


# --- alerts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """`{waiting_for: NODE, longer_than: D}`: from the moment the node is due."""

    node: str
    longer_than: timedelta


@dataclass(frozen=True, slots=True)
class FromTo:
    """`{from: NODE, to: NODE, longer_than: D}`."""

    start: str
    to: str
    longer_than: timedelta


@dataclass(frozen=True, slots=True)
class RestingAt:
    """`{resting_at: NODE, longer_than: D}`: the record's status stands at the node."""

    node: str
    longer_than: timedelta


@dataclass(frozen=True, slots=True)
class EarlierThan:
    """`{reached: NODE, earlier_than: FORMULA, by: D}`: includes equality."""

    node: str
    earlier_than: Formula
    by: timedelta


@dataclass(frozen=True, slots=True)
class DueBy:
    """`{due_by: FORMULA, until: NODE}`."""

    due_by: Formula
    until: str


@dataclass(frozen=True, slots=True)
class NoNewsFrom:
    """`{no_news_from: {record: SOURCE} | {source: SOURCE}, longer_than: D}`, optionally between two nodes."""

    source: str
    of: Literal["record", "source"]
    longer_than: timedelta
    start: str | None = None  # `from: NODE`: counts once the node is reached
    until: str | None = None  # `until: NODE`: ends when the node is reached


AlertCondition = WaitingFor | FromTo | RestingAt | EarlierThan | DueBy | NoNewsFrom


@dataclass(frozen=True, slots=True)
class Notify:
    """Whom a message goes to, by what way, and what it says."""

    via: Literal["wecom", "email", "popup"]
    roles: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    users: tuple[Template, ...] = ()
    everyone: bool = False
    text: Template | None = None
    subject: Template | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """A further message when nobody has ended the alert so long after it opened (wall time)."""

    after: timedelta
    notify: tuple[Notify, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """A suspected cause: said when its condition is true."""

    when: Formula
    say: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A clock on a flow, and who is told when it runs out."""

    id: str
    title: str
    level: Literal["red", "orange", "green"]
    on: str
    when: AlertCondition
    notify: tuple[Notify, ...]
    enabled: bool = True
    calendar: str | None = None
    pause_while: Formula | None = None
    only_if: Formula | None = None
    escalate: tuple[Escalation, ...] = ()
    remind_every: timedelta | None = None
    digest_over: int | None = None
    because: tuple[Cause, ...] = ()
    then: tuple[Step, ...] = ()
    on_withdrawn: tuple[Step, ...] = ()
    place: Place | None = None


# --- the whole --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manifest:
    """A checked workspace: everything else asks this."""

    workspace: Workspace
    tables: Mapping[str, Table]
    roles: Mapping[str, Role]
    calendars: Mapping[str, Calendar]
    alerts: Mapping[str, Alert]
    scenarios: Mapping[str, Scenario]  # by file
    automations: Mapping[str, Automation] = field(default_factory=dict)
    arbitrations: Mapping[str, Arbitration] = field(default_factory=dict)
    connectors: Mapping[str, Connector] = field(default_factory=dict)
