"""The player: does what the plots say, each thing when its time has come."""

import heapq
import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mailuo.base.clock import Clock
from mailuo.base.problems import Refusal
from mailuo.cli.simulation.plot import Author, Birth, Plot, Word
from mailuo.cli.simulation.reading import FILE
from mailuo.cli.simulation.server import Server
from mailuo.cli.simulation.story import Story

_LONGEST_NAP = 1.0


@dataclass
class Life:
    """A record as the player knows it: its key, and the keys of its rows by table."""

    key: str
    rows: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Tally:
    """What was done so far."""

    records: int = 0
    words: int = 0
    refused: int = 0
    last_refusal: str = ""


class Pace:
    """Story time against the clock: `speed` story seconds go by in a second."""

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock = clock
        self._speed = speed
        self.start = clock.now()

    def now(self) -> datetime:
        """The present time of the story."""
        return self.start + (self._clock.now() - self.start) * self._speed

    def real(self, at: datetime) -> datetime:
        """When a time of the story is, or was, on the clock; the past before the start is as it was."""
        return at if at <= self.start else self.start + (at - self.start) / self._speed

    def wait_for(self, at: datetime) -> None:
        """Returns when the time has come, or a second has passed."""
        left = (self.real(at) - self._clock.now()).total_seconds()
        if left > 0:
            time.sleep(min(left, _LONGEST_NAP))


class Player:
    """Plays a story against a server until it is stopped."""

    def __init__(self, story: Story, author: Author, server: Server, pace: Pace) -> None:
        self._story = story
        self._author = author
        self._server = server
        self._pace = pace
        self._queue: list[tuple[datetime, int, Life | None, Birth | Word | Plot]] = []
        self._serial = itertools.count()
        self.tally = Tally()

    def prepare(self, workspace: Path) -> None:
        """Brings the samples, and either the past or what is left of the records that are there."""
        folder = (workspace / FILE).parent
        self._author.samples = {
            one.table: self._server.loaded(one.table, folder / one.file) for one in self._story.samples
        }
        there = list(self._server.rows(self._story.table, filter="NOT({closed})"))
        if there:
            self._go_on(there)
        else:
            self._begin()
        self._next_arrival(self._pace.start)

    def play(self, until: datetime | None = None) -> None:
        """Does everything whose time has come, and goes on; until a moment of the story where one is given."""
        while until is None or self._pace.now() < until:
            while self._queue and self._queue[0][0] <= self._pace.now():
                self._do(*heapq.heappop(self._queue)[2:])
            if self._queue:
                self._pace.wait_for(self._queue[0][0])

    def _begin(self) -> None:
        for born in self._author.past(self._pace.start):
            self._put(None, self._author.plot(born), born)

    def _go_on(self, records: Iterable[Mapping[str, Any]]) -> None:
        steps = [step.node for step in self._story.steps]
        for record in records:
            reached = {node: _moment(record[node]) for node in steps if record.get(node)}
            life = Life(self._server.key_of(self._story.table, record))
            for deed in self._author.continued(_moment(record["created_at"]), dict(record), reached, self._pace.start):
                self._put(life, deed, deed.at)

    def _next_arrival(self, after: datetime) -> None:
        born = next(self._author.arrivals(after, after + timedelta(days=2)), None)
        if born is not None:
            self._put(None, self._author.plot(born), born)

    def _put(self, life: Life | None, deed: Birth | Word | Plot, at: datetime) -> None:
        heapq.heappush(self._queue, (at, next(self._serial), life, deed))

    def _do(self, life: Life | None, deed: Birth | Word | Plot) -> None:
        try:
            if isinstance(deed, Plot):
                self._bear(deed)
            elif life is not None and isinstance(deed, Birth):
                self._add(life, deed)
            elif life is not None and isinstance(deed, Word):
                self._say(life, deed)
        except Refusal as refusal:
            self.tally.refused += 1
            self.tally.last_refusal = refusal.problems[0].text("en")

    def _bear(self, plot: Plot) -> None:
        if plot.birth.at > self._pace.start:
            self._next_arrival(plot.birth.at)
        life = Life(self._server.create(plot.birth.table, plot.birth.values))
        self.tally.records += 1
        past = [deed for deed in plot.deeds if deed.at <= self._pace.start]
        for deed in past:
            self._do(life, deed)
        for deed in plot.deeds[len(past) :]:
            self._put(life, deed, deed.at)

    def _add(self, life: Life, birth: Birth) -> None:
        key = self._server.create(birth.table, {**birth.values, birth.by: life.key})
        life.rows.setdefault(birth.table, []).append(key)

    def _say(self, life: Life, word: Word) -> None:
        at = self._pace.real(word.at)
        parts: Sequence[str | None] = life.rows.get(word.parts) or (None,)
        for part in parts:
            self._server.claim(self._story.table, life.key, word.node, word.source, at, part)
            self.tally.words += 1


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
