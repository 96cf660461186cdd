"""The past of a record's own fields: what they held when, told by their changes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mailuo.flow.line import Line
from mailuo.flow.timeline import Truth
from mailuo.formulas import Formula

Values = Mapping[str, object]
Holds = Callable[[Formula, Values], bool]
"""Whether a condition is true of some field values."""


class FieldChange(NamedTuple):
    """A field held `old` until this moment."""

    field: str
    at: datetime
    old: object


class Past(NamedTuple):
    """What the fields hold, and how they came to; what was given at birth holds from the beginning."""

    present: Values
    changes: Sequence[FieldChange] = ()
    """Oldest first."""

    def as_of(self, at: datetime) -> "Past":
        """The past as it was known at a moment."""
        values = dict(self.present)
        for change in reversed(self.changes):
            if change.at > at:
                values[change.field] = change.old
        return Past(values, [change for change in self.changes if change.at <= at])

    def last_change(self, fields: Collection[str]) -> datetime | None:
        """When one of the fields last changed; None when none has since birth."""
        return max((change.at for change in self.changes if change.field in fields), default=None)

    def stretches(self, fields: Collection[str]) -> Iterator[tuple[datetime | None, Values]]:
        """The values in the order in which they held, each with the moment from which (None: the beginning)."""
        relevant = [change for change in self.changes if change.field in fields]
        values = dict(self.present)
        for change in reversed(relevant):
            values[change.field] = change.old
        moments = sorted({change.at for change in relevant})
        yield None, dict(values)
        for at in moments:
            yield at, self.as_of(at).present


class Pause(NamedTuple):
    """A stretch in which a clock stood still; it has no end while it still does."""

    start: datetime | None
    end: datetime | None


def truths_of(line: Line, past: Past, holds: Holds) -> Mapping[str, Truth]:
    """Whether the `when` of each node that has one holds, and since when its fields are as they are."""
    return {
        node.id: Truth(holds(node.when, past.present), past.last_change(fields_of(node.when)))
        for node in line.whens
        if node.when is not None
    }


def pauses_of(condition: Formula, past: Past, holds: Holds) -> Sequence[Pause]:
    """The stretches in which a condition was true, oldest first."""
    pauses: list[Pause] = []
    paused, since = False, None
    for at, values in past.stretches(fields_of(condition)):
        now_paused = holds(condition, values)
        if now_paused and not paused:
            since = at
        elif paused and not now_paused:
            pauses.append(Pause(since, at))
        paused = now_paused
    if paused:
        pauses.append(Pause(since, None))
    return pauses


def fields_of(*formulas: Formula | None) -> frozenset[str]:
    """The own fields and nodes that formulas read."""
    return frozenset(path[0] for formula in formulas if formula is not None for path in formula.reads)


def read_fields(formulas: Iterable[Formula | None]) -> frozenset[str]:
    """The own fields and nodes that any of the formulas reads."""
    return fields_of(*formulas)
