"""The pusher: brings pushes to the server's hooks, several at a time, again and again until each is taken."""

import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Thread

import httpx

from mailuo.cli.simulation.vendors import Push

_WAITS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_MOST_ATTEMPTS = 60
_THREADS = 4
_TIMEOUT_SECONDS = 15.0
Made = Callable[[], Push | None]


@dataclass(order=True)
class _Errand:
    due: float
    number: int
    hook: str = field(compare=False)
    made: Made = field(compare=False)
    forged: bool = field(compare=False)
    attempts: int = field(default=0, compare=False)


@dataclass
class Pushed:
    """What became of the pushes so far."""

    taken: int = 0
    refused: int = 0
    """Forgeries that were refused, as they have to be."""
    believed: int = 0
    """Forgeries that were taken."""
    lost: int = 0
    waits: list[float] = field(default_factory=list)
    """How long each answer took, in seconds."""


class Pusher:
    """Delivers pushes; what a push says is made when it leaves, as it would be at the vendor's."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = itertools.cycle(urls)
        self._errands: list[_Errand] = []
        self._numbers = itertools.count()
        self._changed = Condition()
        self._busy = 0
        self.pushed = Pushed()

    def start(self) -> None:
        """Delivers from now on."""
        for number in range(_THREADS):
            Thread(target=self._run, daemon=True, name=f"pusher {number}").start()

    def send(self, hook: str, made: Made, after: float = 0.0, forged: bool = False) -> None:
        """Delivers a push, so many seconds from now."""
        self._put(_Errand(time.monotonic() + after, next(self._numbers), hook, made, forged))

    @property
    def idle(self) -> bool:
        """Whether everything is delivered."""
        with self._changed:
            return not self._errands and not self._busy

    def _put(self, errand: _Errand) -> None:
        with self._changed:
            heapq.heappush(self._errands, errand)
            self._changed.notify()

    def _next(self) -> _Errand:
        with self._changed:
            while not self._errands or self._errands[0].due > time.monotonic():
                left = self._errands[0].due - time.monotonic() if self._errands else None
                self._changed.wait(left)
            self._busy += 1
            return heapq.heappop(self._errands)

    def _run(self) -> None:
        with httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
            while True:
                errand = self._next()
                try:
                    self._deliver(client, errand)
                finally:
                    with self._changed:
                        self._busy -= 1

    def _deliver(self, client: httpx.Client, errand: _Errand) -> None:
        push = errand.made()
        if push is None:
            return
        with self._changed:
            url = next(self._urls)
        started = time.monotonic()
        try:
            answer = client.post(f"{url}/hooks/{errand.hook}", content=push.body, headers=dict(push.headers))
        except httpx.TransportError:
            self._again(errand)
            return
        self._count(errand, answer.status_code, time.monotonic() - started)

    def _count(self, errand: _Errand, status: int, seconds: float) -> None:
        fine = status < 300
        if not fine and not errand.forged:
            self._again(errand)
            return
        with self._changed:
            self.pushed.waits.append(seconds)
            if errand.forged:
                self.pushed.believed += fine
                self.pushed.refused += not fine
            else:
                self.pushed.taken += 1

    def _again(self, errand: _Errand) -> None:
        errand.attempts += 1
        if errand.attempts > _MOST_ATTEMPTS:
            with self._changed:
                self.pushed.lost += 1
            return
        errand.due = time.monotonic() + _WAITS[min(errand.attempts, len(_WAITS)) - 1]
        self._put(errand)
