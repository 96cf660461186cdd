"""Clocks: time is asked of one of these, never of the system directly."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The present moment: aware, UTC, whole microseconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment of this machine, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved: for scenarios and tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment the clock was last set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Moves the clock to a moment."""
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Moves the clock on."""
        self._at += by
