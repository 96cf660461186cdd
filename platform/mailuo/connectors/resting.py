"""Resting: a connector that does not answer is left alone for a while, and then tried by a few before all come back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from mailuo.connectors.outcome import Outcome

_FIRST = timedelta(seconds=5)
_LONGEST = timedelta(minutes=1)
_SERVER_ERROR = 500


@dataclass
class Rests:
    """Which connectors rest, as this process has found them; others find out for themselves."""

    after: int = 5
    """How many failures in a row it takes."""
    _failures: dict[str, int] = field(default_factory=dict)
    _until: dict[str, datetime] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    def until(self, connector: str, now: datetime) -> datetime | None:
        """Until when a connector rests; None where it does not."""
        with self._guard:
            at = self._until.get(connector)
            return at if at is not None and at > now else None

    def note(self, connector: str, outcome: Outcome, now: datetime) -> None:
        """Learns from an attempt: whether the other side is there at all."""
        away = outcome.unknown or (outcome.status or 0) >= _SERVER_ERROR
        with self._guard:
            failures = self._failures.get(connector, 0) + 1 if away else 0
            self._failures[connector] = failures
            if failures >= self.after:
                self._until[connector] = now + min(_FIRST * 2 ** min(failures - self.after, 10), _LONGEST)
            elif not away:
                self._until.pop(connector, None)
