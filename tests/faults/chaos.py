"""Chaos: kills processes and empties Redis at moments drawn from a seeded random source."""

import time
from dataclasses import dataclass, field
from random import Random

from redis import Redis

from tests.faults.site import Site

_AWAY_SECONDS = 0.5


@dataclass
class Chaos:
    """Breaks something every so many seconds; what was killed is started again soon after."""

    site: Site
    random: Random
    every_seconds: float
    redis: str | None = None
    deeds: list[str] = field(default_factory=list)
    _next: float = 0.0
    _again: dict[str, float] = field(default_factory=dict)

    def go_on(self) -> None:
        """Does what is due."""
        now = time.monotonic()
        for name, at in list(self._again.items()):
            if at <= now:
                del self._again[name]
                self.site.start(name)
        if now >= self._next:
            if self._next:
                self._break(now)
            self._next = now + self.every_seconds * (0.5 + self.random.random())

    def end(self) -> None:
        """Starts again whatever is dead."""
        for name in self._again:
            self.site.start(name)
        self._again.clear()

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
