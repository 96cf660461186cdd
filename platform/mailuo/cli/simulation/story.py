"""The story of a workspace: what arrives in it, and how it goes on, as its author wrote it down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Choose:
    """One of these values, each as often as its weight says; by the value of another field where `by` names one."""

    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Case:
    """The value that belongs to another field's value."""

    field: str
    values: Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number between two, in whole steps; written as decimal text."""

    low: str
    high: str
    step: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of one of the story's samples; the value is its key, or one of its columns."""

    sample: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A text with gaps: `{n}` counts, `{ten}` is ten random digits, `{field}` another value of the record."""

    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of the event, moved by so much."""

    moved: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A time between two lengths from the beginning of the story; negative ones lie before it."""

    low: timedelta
    high: timedelta


Value = Choose | Case | Amount | Sample | Told | Moment | Ahead | bool | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A length between two."""

    low: timedelta
    high: timedelta


@dataclass(frozen=True, slots=True)
class Children:
    """Rows of another table that come with a record."""

    table: str
    by: str
    low: int
    high: int
    values: Mapping[str, Value]
    share: float = 1.0
    """How many records have any."""


@dataclass(frozen=True, slots=True)
class Step:
    """How a node comes to be reached."""

    node: str
    after: tuple[str, ...]
    source: Value | None
    """Who says it; None where the flow's own clock does."""
    wait: Span
    slow: Span
    slow_share: float
    stuck_share: float
    """How many never get there by themselves."""
    only: Mapping[str, str]
    """The field values of records that take this step; others pass over it."""
    parts: str = ""
    """The child table whose rows are spoken of one by one."""
    brings: tuple[Children, ...] = ()
    """Rows that come into being with it."""
    unless_reached: bool = False
    """Whether it is only said while nobody, a rule for one, has said so."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """How some records leave the line."""

    node: str
    share: float
    source: Value
    within: Span


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rows of a table without a flow, there from the beginning; they are what samples are drawn from."""

    table: str
    file: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows that come with a record through a vendor, and what people fill in of them afterwards."""

    table: str
    values: Mapping[str, Value]
    completed: tuple[str, ...]


class Past(StrEnum):
    """What became of a word that a source said before the story began."""

    UNHEARD = "unheard"
    """It is history, and the vendor knows nothing of it."""
    KNOWN = "known"
    """It is history, and the vendor knows of it, should it be asked."""
    UNASKED = "unasked"
    """The vendor knows of it, and nobody has asked."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How a source speaks through a vendor, instead of by claims over the API."""

    source: str
    vendor: str
    hook: str
    """Where the vendor pushes to: `connector/event`; empty where it waits to be asked."""
    key: Told
    """What names the thing at the vendor's."""
    says: Mapping[str, str]
    """The vendor's word for each node of which it speaks."""
    values: Mapping[str, Value]
    """What its messages say besides, by the vendor's own names."""
    parts: str = ""
    """The child table whose rows it speaks of."""
    brings: Mapping[str, str] | None = None
    """The field values of the records that come into being by its first message; None: it brings none."""
    found_by: str = ""
    """The field by which such a record is found again; it holds what the vendor calls the thing."""
    completed: tuple[str, ...] = ()
    """The fields of such a record that people fill in when it has come."""
    lines: Lines | None = None
    past: Past = Past.UNHEARD


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the simulation plays."""

    table: str
    per_day: int
    backlog: int
    backlog_days: float
    hours: tuple[float, ...]
    """How much arrives in each hour of the day, against the others."""
    zone: ZoneInfo
    samples: tuple[Loaded, ...]
    values: Mapping[str, Value]
    brings: tuple[Children, ...]
    steps: tuple[Step, ...]
    leaving: tuple[Leaving, ...]
    voices: tuple[Voice, ...] = ()
    aside: Mapping[str, Value] = field(default_factory=dict)
    """What messages say of a record, and the record does not hold."""
    late: tuple[str, ...] = ()
    """The fields of past records that are filled in after all else, so that nothing runs out meanwhile."""

    quiet_after: str = ""
    """The node after which a record of the past is of no concern to anybody any more."""
    news: tuple[str, ...] = ()
    """The nodes of records that are still on their way on which rules are to act now."""

    def faster(self, per_day: int) -> "Story":
        """The same story with so many new records a day."""
        return replace(self, per_day=per_day)

    @property
    def sources(self) -> tuple[str, ...]:
        """Everyone in whose name it speaks."""
        said = (*(step.source for step in self.steps), *(way.source for way in self.leaving))
        return tuple(sorted({name for value in said if value is not None for name in _names(value)}))


def _names(value: Value) -> set[str]:
    match value:
        case Choose(weights):
            return set(weights)
        case Case(_, values):
            return {name for each in values.values() for name in _names(each)}
        case Told(text):
            return {text}
    return set()
