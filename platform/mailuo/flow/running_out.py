"""Running out: when a stretch of time has lasted too long, counted by the wall or a calendar, without its pauses."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from mailuo.base.moments import later
from mailuo.flow.past import Pause

INSTANT = timedelta(microseconds=1)


class Counting(Protocol):
    """A way to count time."""

    def worked_between(self, start: datetime, end: datetime) -> timedelta: ...

    def add(self, start: datetime, worked: timedelta) -> datetime | None: ...


class WallTime:
    """Every second counts."""

    def worked_between(self, start: datetime, end: datetime) -> timedelta:
        """The whole span."""
        return end - start

    def add(self, start: datetime, worked: timedelta) -> datetime | None:
        """So much later."""
        return later(start, worked)


WALL = WallTime()


def too_late(start: datetime, limit: timedelta, counting: Counting, pauses: Sequence[Pause] = ()) -> datetime | None:
    """The first instant at which more than the limit has been counted; None while a pause holds it back."""
    left = limit + INSTANT
    for begin, end in _running(start, pauses):
        counted = None if end is None else counting.worked_between(begin, end)
        if counted is None or counted >= left:
            return counting.add(begin, left)
        left -= counted
    return None


def _running(start: datetime, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches from the start on that lie outside the pauses."""
    begin = start
    for pause in pauses:
        if pause.start is not None and pause.start > begin:
            yield begin, pause.start
        if pause.end is None:
            return
        begin = max(begin, pause.end)
    yield begin, None
