"""Waits: how long until something is tried again: longer each time, never all at the same moment. Pure but for chance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from random import uniform

MOST_ASKED = timedelta(hours=1)
"""The longest that we let an outside system make us wait beyond our own time."""
_SPREAD = 0.2
Spread = Callable[[timedelta], timedelta]


def spread(wait: timedelta) -> timedelta:
    """The wait, or up to a fifth longer, by chance: those who failed together do not come back together."""
    return wait * uniform(1.0, 1.0 + _SPREAD)  # noqa: S311 - nothing secret


def exactly(wait: timedelta) -> timedelta:
    """The wait itself: in scenarios nothing is left to chance."""
    return wait


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits after the first, second, … attempt; the last one goes on for ever."""

    lengths: tuple[timedelta, ...]
    spread: Spread = spread

    def after(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts have failed."""
        return self.spread(self.lengths[min(max(attempts, 1), len(self.lengths)) - 1])

    def next(self, now: datetime, attempts: int, asked: timedelta | None = None) -> datetime:
        """When to try again; later where the other side asked for that, within limits."""
        return now + max(self.after(attempts), min(asked or timedelta(0), MOST_ASKED))


def asked_for(retry_after: str | None, now: datetime) -> timedelta | None:
    """What `Retry-After` asks for (RFC 9110, 10.2.3): seconds, or a date; None where it says neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(at - now, timedelta(0)) if at.tzinfo is not None else None
