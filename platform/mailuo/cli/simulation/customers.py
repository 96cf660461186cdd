"""Customers: they are sent links to public forms, and some fill them in."""

import heapq
import time
from dataclasses import dataclass, field

import httpx

from mailuo.cli.simulation.outside import Outside
from mailuo.cli.simulation.pace import Pace
from mailuo.cli.simulation.plot import Author
from mailuo.cli.simulation.scenes import Answers

_MARK = "link="
_TIMEOUT_SECONDS = 10.0


@dataclass
class Customers:
    """Sees what vendors delivered to them, and answers when they come to it."""

    answers: Answers
    outside: Outside
    pace: Pace
    teller: Author
    answered: int = 0
    _seen: int = 0
    _waiting: list[tuple[float, str]] = field(default_factory=list)

    def look(self) -> None:
        """Opens what was delivered since, and sends what is due."""
        booth = self.outside.booth(self.answers.vendor)
        taken = booth.taken if booth else []
        for message in taken[self._seen :]:
            link = str(message.get("text", "")).partition(_MARK)[2]
            if link and self.teller.random.random() < self.answers.share:
                within = self.teller.span(self.answers.within)
                heapq.heappush(self._waiting, (time.monotonic() + self.pace.seconds(within), link))
        self._seen = len(taken)
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            self._answer(heapq.heappop(self._waiting)[1])

    def _answer(self, link: str) -> None:
        told = self.teller.told(self.answers.values, {}, self.pace.now())
        try:
            answer = httpx.post(link, json=told, timeout=_TIMEOUT_SECONDS, trust_env=False)
        except httpx.TransportError:
            return
        self.answered += answer.status_code == httpx.codes.CREATED
