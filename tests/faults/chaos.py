"""Chaos: kills processes and empties Redis at moments drawn from a seeded random source."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from redis import Redis

from tests.faults.site import Site

_AWAY_SECONDS = 0.5
_START_SECONDS = 60.0
_FIRST_LOOK = timedelta(seconds=1)
"""From saying that one is up to having looked at the clocks."""
Gap = tuple[datetime, datetime]


@dataclass
class Chaos:
    """Breaks something every so many seconds, so often; what was killed is started again soon after."""

    site: Site
    random: Random
    every_seconds: float
    most: int
    redis: str | None = None
    deeds: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    """When nobody was there to fire clocks."""
    _next: float = 0.0
    _again: dict[str, float] = field(default_factory=dict)
    _alone_since: datetime | None = None

    def go_on(self) -> None:
        """Does what is due."""
        now = time.monotonic()
        self._watch()
        for name, at in list(self._again.items()):
            if at <= now:
                del self._again[name]
                self.site.start(name)
        if now >= self._next:
            if self._next and len(self.deeds) < self.most:
                self._break(now)
            self._next = now + self.every_seconds * (0.5 + self.random.random())

    def end(self) -> None:
        """Starts again whatever is dead; returns when all are at their work."""
        for name in self._again:
            self.site.start(name)
        self._again.clear()
        ends = time.monotonic() + _START_SECONDS
        while not all(map(self.site.is_up, self.site.commands)):
            assert time.monotonic() < ends, self.site.logs()
            self._watch()
            time.sleep(0.1)
        self._watch()

    def _watch(self) -> None:
        """Notes since when, and until when, nobody fires clocks."""
        now, there = datetime.now(UTC), any(map(self.site.is_up, self._schedulers))
        if self._alone_since is not None:
            self.gaps[-1] = self._alone_since, now + _FIRST_LOOK
        elif not there:
            self.gaps.append((now, now))
        self._alone_since = None if there else self.gaps[-1][0]

    @property
    def _schedulers(self) -> Sequence[str]:
        names = [name for name in self.site.commands if name.startswith("scheduler")]
        return names or list(self.site.commands)

    def _break(self, now: float) -> None:
        targets = [name for name in self.site.commands if name not in self._again and self.site.is_up(name)]
        targets += ["redis"] if self.redis else []
        if not targets:
            return
        chosen = self.random.choice(targets)
        self.deeds.append(chosen)
        if chosen == "redis" and self.redis:
            with Redis.from_url(self.redis) as client:
                client.flushall()
        else:
            self.site.kill(chosen)
            self._again[chosen] = now + self.random.random() * _AWAY_SECONDS
