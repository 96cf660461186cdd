"""Formulas and templates once they are checked, and what they are evaluated in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Protocol

from mailuo.formulas.tree import Node
from mailuo.formulas.types import Type

Path = tuple[str, ...]
Run = Callable[[Callable[[Path], object], "Context"], object]
Stretches = tuple[Sequence[int], Sequence[int], Sequence[int]]
_LONGEST_RENDERED = 100_000


class WorkCalendar(Protocol):
    """A calendar that counts working time."""

    def worked_between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the span is worked; negative when it runs backwards."""

    def add(self, start: datetime, worked: timedelta) -> datetime | None:
        """The first moment by which so much has been worked since the start."""

    def stretches(self, first_year: int, last_year: int) -> Stretches:
        """Where work starts and ends in these years, and what was worked before each start; in microseconds."""


@dataclass(frozen=True, slots=True)
class Context:
    """What formulas are evaluated in: the moment, the workspace's zone, who asks, and the calendars.

    `calendar` is the one that counts where WORKHOURS names none. `seen_at` is the moment at which it is judged who sees
    what, where that is another than `now`; `moment` is the name by which a statement asks for `now`.
    """

    now: datetime
    zone: tzinfo
    me: str | None = None
    calendars: Mapping[str, WorkCalendar] = field(default_factory=lambda: MappingProxyType({}))
    calendar: str | None = None
    seen_at: datetime | None = None
    moment: str = "now"

    @property
    def of_rights(self) -> "Context":
        """What the conditions of rights are evaluated in: NOW() is when somebody looks, whatever moment is asked about."""
        return replace(self, now=self.seen_at or self.now, moment="seen_at")


def _nothing(read: Callable[[Path], object], context: Context) -> object:
    """Blank: what an uncompiled formula gives."""
    return None


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula: its text, its typed tree, what it reads and calls."""

    text: str
    tree: Node
    type: Type
    reads: frozenset[Path]
    functions: frozenset[str]
    calendars: frozenset[str] = frozenset()
    weight: int = 1
    """How many steps it takes, those of the formula fields it names included."""
    repeats: bool = False
    """Whether it reads something more than once."""
    run: "Run" = field(default=_nothing, compare=False, repr=False)
    """What computes it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with `{field}` gaps."""

    text: str
    parts: tuple[str | Path, ...]
    reads: frozenset[Path]

    def render(self, value: Callable[[Path], object], shown: Callable[[object], str]) -> str:
        """The text with the value of each gap as `shown` writes it; blanks leave nothing."""
        whole = "".join(part if isinstance(part, str) else _shown(value(part), shown) for part in self.parts)
        return whole[:_LONGEST_RENDERED]


def _shown(value: object, shown: Callable[[object], str]) -> str:
    return "" if value is None else shown(value)
