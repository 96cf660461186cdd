"""Faults: what goes wrong with calls and pushes, and how often; drawn from a seeded random source. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random
from threading import Lock


class Trouble(StrEnum):
    """What goes wrong with a call that we make."""

    BROKEN = "broken"
    """A status of the five hundreds."""
    LIMITED = "limited"
    """429, with the time to wait."""
    GARBAGE = "garbage"
    """An answer that nobody can read."""
    SILENCE = "silence"
    """No answer, and nothing was done."""
    LOST = "lost"
    """It was done, but the answer is lost."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival of a push."""

    after: timedelta = timedelta(0)
    """How late, in the story's time."""
    forged: bool = False


_TIMELY = Delivery()
_KINDS = tuple(Trouble)
_LATEST = timedelta(minutes=20)
_JITTER = timedelta(seconds=45)


class Faults:
    """Draws faults; `share` of all calls and of all pushes meet one."""

    def __init__(self, share: float, random: Random) -> None:
        self._share = share
        self._random = random
        self._lock = Lock()

    def answering(self) -> Trouble | None:
        """What goes wrong with this call."""
        with self._lock:
            return self._random.choice(_KINDS) if self._random.random() < self._share else None

    def pushing(self) -> list[Delivery]:
        """How this push arrives: as it should, late, twice, overtaken by the next, beside a forgery; never not at all."""
        with self._lock:
            if self._random.random() >= self._share:
                return [_TIMELY]
            match self._random.randrange(4):
                case 0:
                    return [Delivery(_LATEST * self._random.random())]
                case 1:
                    return [_TIMELY, Delivery(_LATEST * self._random.random())]
                case 2:
                    return [Delivery(_JITTER)]
            return [Delivery(forged=True), _TIMELY]
