"""Remembering what is dear to count: asked again soon it is told from memory, so that it never takes much of the time."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
SHARE = 20
"""What took a second is told from memory for twenty."""
LONGEST = timedelta(seconds=30)
_MOST = 500


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    until: datetime


@dataclass
class Memory(Generic[T]):
    """Values by key, each kept for as long as its making was dear; cheap ones are made anew each time."""

    now: Callable[[], datetime]
    _kept: dict[Hashable, _Kept[T]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key: the kept one, or one that is made now."""
        start = self.now()
        kept = self._kept.get(key)
        if kept is not None and start < kept.until:
            return kept.value
        value = make()
        end = self.now()
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = _Kept(value, end + min((end - start) * SHARE, LONGEST))
        return value
