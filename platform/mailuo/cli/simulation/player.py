"""The player: does what the plots say, each thing when its time has come."""

import heapq
import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from mailuo.base.problems import Refusal
from mailuo.cli.simulation.colleagues import Colleagues
from mailuo.cli.simulation.history import History
from mailuo.cli.simulation.life import Life, Row
from mailuo.cli.simulation.pace import Pace
from mailuo.cli.simulation.plot import Author, Birth, Plot, Values, Word
from mailuo.cli.simulation.reading import FILE
from mailuo.cli.simulation.scenes import NO_SCENES, Scenes
from mailuo.cli.simulation.server import Server
from mailuo.cli.simulation.story import Story, Voice
from mailuo.cli.simulation.voices import Voices

_LOOK_SECONDS = 0.5
_NAP = timedelta(seconds=0.2)


class Onlooker(Protocol):
    """Somebody who looks from time to time, and acts on what there is to be seen."""

    def look(self) -> None:
        """Does what there is to be done now."""
        ...


@dataclass
class Tally:
    """What was done so far."""

    records: int = 0
    words: int = 0
    refused: int = 0
    last_refusal: str = ""


class Player:
    """Plays a story against a server until it is stopped; through vendors where there are voices."""

    def __init__(
        self,
        story: Story,
        author: Author,
        server: Server,
        pace: Pace,
        voices: Voices | None = None,
        onlookers: Iterable[Onlooker] = (),
    ) -> None:
        self._story = story
        self._author = author
        self._server = server
        self._pace = pace
        self._voices = voices
        self._onlookers = list(onlookers)
        self._queue: list[tuple[datetime, int, Life | None, Birth | Word | Plot]] = []
        self._serial = itertools.count()
        self._expected: list[Life] = []
        self._looked = 0.0
        self._births: int | None = None
        self._arriving: Plot | None = None
        self.tally = Tally()

    def prepare(self, workspace: Path, births: int | None = None, scenes: Scenes = NO_SCENES) -> None:
        """Brings people and samples, and either the past or what is left of the records that are there; then so many births."""
        folder = (workspace / FILE).parent
        self._births = births
        self._author.present = self._pace.start
        self._author.samples = {
            one.table: self._server.loaded(one.table, folder / one.file) for one in self._story.samples
        }
        there = list(self._server.rows(self._story.table, filter="NOT({closed})"))
        if there:
            self._go_on(there)
        else:
            self._onlookers.append(Colleagues(scenes, self._server, folder))
            self._begin(scenes)
        self._next_arrival(self._pace.start)

    def play(self, until: datetime | None = None) -> None:
        """Does everything whose time has come, and goes on: until a moment of the story, or until all is told."""
        while (until is None or self._pace.now() < until) and not self._is_over():
            with self._noting():
                self._look()
            while self._queue and self._queue[0][0] <= self._pace.now():
                self._do(*heapq.heappop(self._queue)[2:])
            if self._queue and not self._expected:
                self._pace.wait_for(self._queue[0][0])
            elif not self._queue or self._queue[0][0] > self._pace.now():
                time.sleep(_NAP.total_seconds() / 10)

    def _is_over(self) -> bool:
        pusher = self._voices.pusher if self._voices else None
        return not self._queue and not self._expected and (pusher is None or pusher.idle)

    def _begin(self, scenes: Scenes) -> None:
        start = self._pace.start
        plots = [self._author.plot(born) for born in self._author.past(start)] + [*scenes.plots(self._author, start)]
        for life, deed in History(self._story, self._server, start, self._voices).bring(plots):
            self._put(life, deed, deed.at)
        self.tally.records += len(plots)
        for plot in scenes.first(self._author, start):
            self._put(None, plot, plot.birth.at)
        if self._voices is not None:
            for stray in scenes.strays:
                self._voices.mistake(stray.voice, stray.word, stray.key, stray.values, start)

    def _go_on(self, records: Iterable[Mapping[str, Any]]) -> None:
        steps = [step.node for step in self._story.steps]
        for record in records:
            reached = {node: _moment(record[node]) for node in steps if record.get(node)}
            aside = self._author.told(self._story.aside, dict(record), self._pace.start)
            life = Life({**record, **aside}, self._server.key_of(self._story.table, record))
            for deed in self._author.continued(_moment(record["created_at"]), dict(record), reached, self._pace.start):
                self._put(life, deed, deed.at)

    def _next_arrival(self, after: datetime) -> None:
        if self._births is not None:
            self._births -= 1
            if self._births < 0:
                return
        born = next(self._author.arrivals(after, after + timedelta(days=2)), None)
        if born is not None:
            self._arriving = self._author.plot(born)
            self._put(None, self._arriving, born)

    def _put(self, life: Life | None, deed: Birth | Word | Plot, at: datetime) -> None:
        heapq.heappush(self._queue, (at, next(self._serial), life, deed))

    def _do(self, life: Life | None, deed: Birth | Word | Plot) -> None:
        with self._noting():
            if isinstance(deed, Plot):
                self._bear(deed)
            elif life is not None:
                self._go(life, deed)

    def _bear(self, plot: Plot) -> None:
        values, new = dict(plot.birth.values), plot.birth.at > self._pace.start
        if plot is self._arriving:
            self._next_arrival(plot.birth.at)
        voice = self._voices.bringing(values) if self._voices and new else None
        life = Life({**values, **plot.aside}, voice=voice)
        if voice is None:
            life.key = self._server.create(plot.birth.table, values)
        else:
            self._expected.append(life)
        self.tally.records += 1
        past = [deed for deed in plot.deeds if deed.at <= self._pace.start]
        for deed in past:
            self._do(life, deed)
        for deed in plot.deeds[len(past) :]:
            self._put(life, deed, deed.at)

    def _go(self, life: Life, deed: Birth | Word) -> None:
        """Does a deed; what needs a record that has not come yet waits for it."""
        voice = life.voice
        if voice and voice.lines and isinstance(deed, Birth) and deed.table == voice.lines.table:
            life.lines.append(dict(deed.values))
        elif not life.key and (isinstance(deed, Birth) or not voice or self._speaker(life, deed) is not voice):
            life.waiting.append(deed)
        elif isinstance(deed, Birth):
            key = self._server.create(deed.table, {**deed.values, deed.by: life.key})
            life.rows.setdefault(deed.table, []).append(Row(key, dict(deed.values)))
        else:
            self._say(life, deed)

    def _say(self, life: Life, word: Word) -> None:
        new = word.at > self._pace.start
        speaker = self._speaker(life, word)
        if speaker is not None and self._voices is not None:
            self._voices.say(speaker, life, word)
            if life in self._expected and word.node in {way.node for way in self._story.leaving}:
                self._expected.remove(life)  # what is gone before anybody asked need never come
        elif not (new and word.unless_reached and self._server.record(self._story.table, life.key).get(word.node)):
            at = self._pace.real(word.at)
            parts: Sequence[str | None] = [row.key for row in life.rows.get(word.parts, ())] or [None]
            for part in parts:
                self._server.claim(self._story.table, life.key, word.node, word.source, at, part)
        self.tally.words += 1

    def _speaker(self, life: Life, word: Word) -> Voice | None:
        """The voice by which a word is said; what was said before the story began is history, and no message."""
        return self._voices.speaking(life, word) if self._voices and word.at > self._pace.start else None

    def _look(self) -> None:
        """Sees which of the records that others bring have come; people then fill in what is missing of them."""
        if time.monotonic() < self._looked + _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        for onlooker in self._onlookers:
            onlooker.look()
        by_field: dict[str, dict[str, Life]] = {}
        for life in self._expected:
            if life.voice:
                by_field.setdefault(life.voice.found_by, {})[str(life.values[life.voice.found_by])] = life
        for name, wanted in by_field.items():
            for record in self._server.holding(self._story.table, name, list(wanted)):
                self._come(wanted[str(record[name])], record)

    def _come(self, life: Life, record: Mapping[str, Any]) -> None:
        """Goes on with a record that has come, with all its lines; people fill in what is missing of both."""
        key, voice = self._server.key_of(self._story.table, record), life.voice
        lines = voice.lines if voice else None
        rows = self._lines(lines.table, key) if lines else []
        if voice is None or lines is not None and len(rows) < len(life.lines):
            return
        self._expected.remove(life)
        life.key = key
        self._fill_in(self._story.table, key, life.values, voice.completed)
        if lines is not None:
            for row, line in zip(rows, life.lines, strict=False):
                self._fill_in(lines.table, row, line, lines.completed)
        waiting, life.waiting = life.waiting, []
        for deed in waiting:
            self._do(life, deed)

    def _lines(self, table: str, record: str) -> list[str]:
        """The keys of a record's rows in a table, in the order in which they were numbered."""
        by = next(each.by for each in self._story.brings if each.table == table)
        return sorted(self._server.key_of(table, row) for row in self._server.holding(table, by, [record]))

    def _fill_in(self, table: str, key: str, values: Values, names: Sequence[str]) -> None:
        given = {name: values[name] for name in names if name in values}
        if given:
            with self._noting():
                self._server.change(table, key, given)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Notes what the server refuses, and goes on."""
        try:
            yield
        except Refusal as refusal:
            self.tally.refused += 1
            self.tally.last_refusal = refusal.problems[0].text("en")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
