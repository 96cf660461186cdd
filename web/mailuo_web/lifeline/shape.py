"""What a lifeline shows: its stops in declared order, their states and marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property


class State(StrEnum):
    """Where a node stands; the engine decides it, shape and fill say it."""

    REACHED = "reached"
    DUE = "due"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"
    INFERRED = "inferred"
    DISPUTED = "disputed"


class Mark(StrEnum):
    """What is said on top of a state."""

    RED = "overdue_red"
    ORANGE = "overdue_orange"
    HELD = "held"
    VERDICT = "verdict"
    LATE = "late"
    EARLY = "early"
    EXIT = "exit"


PASSED = frozenset({State.REACHED, State.INFERRED})


@dataclass(frozen=True, slots=True)
class Stop:
    """One node as drawn: `since` is when it became due, `at` when it was reached."""

    id: str
    title: str
    after: tuple[str, ...] = ()
    state: State = State.PENDING
    marks: frozenset[Mark] = frozenset()
    at: datetime | None = None
    since: datetime | None = None
    conditional: bool = False
    per_part: bool = False
    by_clock: bool = False

    @property
    def shown(self) -> bool:
        """Whether the stop has a dot at all."""
        return self.state is not State.NOT_APPLICABLE


@dataclass(frozen=True)
class Line:
    """A whole lifeline; `end` is the node that closes it, `exit` the title of the exit taken, if any."""

    stops: tuple[Stop, ...]
    end: str | None = None
    exit: str | None = None

    @cached_property
    def by_id(self) -> Mapping[str, Stop]:
        """The stops by their id."""
        return {stop.id: stop for stop in self.stops}

    @property
    def edges(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each stop's id with the ids before it: all that the layout needs."""
        return tuple((stop.id, stop.after) for stop in self.stops)
