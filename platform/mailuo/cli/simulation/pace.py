"""Pace: how the story's time goes by."""

import time
from datetime import UTC, datetime, timedelta

from mailuo.base.clock import Clock

_LONGEST_NAP = 1.0


class Pace:
    """Story time against the clock: `speed` story seconds go by in a second."""

    def __init__(self, clock: Clock, speed: float, start: datetime | None = None) -> None:
        self._clock = clock
        self._speed = speed
        self.start = start.astimezone(UTC) if start else clock.now()

    def now(self) -> datetime:
        """The present time of the story."""
        return self.start + (self._clock.now() - self.start) * self._speed

    def real(self, at: datetime) -> datetime:
        """When a time of the story is, or was, on the clock; the past before the start is as it was."""
        return at if at <= self.start else self.start + (at - self.start) / self._speed

    def seconds(self, span: timedelta) -> float:
        """How many seconds a span of the story takes on the clock."""
        return span.total_seconds() / self._speed

    def wait_for(self, at: datetime) -> None:
        """Returns when the time has come, or a second has passed."""
        left = (self.real(at) - self._clock.now()).total_seconds()
        if left > 0:
            time.sleep(min(left, _LONGEST_NAP))
