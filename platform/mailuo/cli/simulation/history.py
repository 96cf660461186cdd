"""History: what happened before the story began, brought to the server all together.

What is over for a record does not start rules again: its words bear the time at which they were received. Of records that
are on their way, the story says which nodes are news, on which rules act now; and their alerts are told to people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailuo.cli.simulation.life import Life, Row
from mailuo.cli.simulation.plot import Birth, Plot, Word
from mailuo.cli.simulation.server import Server
from mailuo.cli.simulation.story import Past, Story
from mailuo.cli.simulation.voices import Voices

_FRESH = timedelta(days=1)
Deed = Birth | Word


@dataclass
class _Told:
    """A record of the past: its life, and what had happened in it by the beginning."""

    life: Life
    past: Sequence[Deed]
    live: bool


class History:
    """Brings the past."""

    def __init__(self, story: Story, server: Server, start: datetime, voices: Voices | None) -> None:
        self._story = story
        self._server = server
        self._start = start
        self._voices = voices

    def bring(self, plots: Iterable[Plot]) -> list[tuple[Life, Deed]]:
        """What is still to happen to the records that are there now."""
        ordered = sorted(plots, key=lambda plot: plot.birth.at)
        told = [self._told(plot) for plot in ordered]
        keys = self._server.create_many(self._story.table, [self._early(plot.birth.values) for plot in ordered])
        for each, key in zip(told, keys, strict=True):
            each.life.key = key
        self._bring_rows(told)
        self._bring_words(told)
        self._bring_late([each for each in told if not each.live])
        self._bring_late([each for each in told if each.live], live="1")
        lives = [each.life for each in told]
        return [
            (life, deed)
            for life, plot in zip(lives, ordered, strict=True)
            for deed in plot.deeds
            if deed.at > self._start
        ]

    def _told(self, plot: Plot) -> _Told:
        past = [deed for deed in plot.deeds if deed.at <= self._start]
        ends = [deed.at for deed in past if isinstance(deed, Word) and deed.node in self._ends]
        live = not ends or min(ends) > self._start - _FRESH
        return _Told(Life({**plot.birth.values, **plot.aside}), past, live)

    @property
    def _ends(self) -> set[str]:
        return {self._story.quiet_after, *(way.node for way in self._story.leaving)}

    def _early(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: value for name, value in values.items() if name not in self._story.late}

    def _bring_rows(self, told: Sequence[_Told]) -> None:
        by_table: dict[str, list[Mapping[str, object]]] = {}
        for each in told:
            for deed in each.past:
                if isinstance(deed, Birth):
                    by_table.setdefault(deed.table, []).append({**deed.values, deed.by: each.life.key})
                    key = str(deed.values.get(self._server.key_name(deed.table), ""))
                    each.life.rows.setdefault(deed.table, []).append(Row(key, dict(deed.values)))
        for table, rows in by_table.items():
            self._server.take_in(f"tables/{table}", rows)

    def _bring_words(self, told: Sequence[_Told]) -> None:
        lines: list[Mapping[str, object]] = []
        for each in told:
            for deed in each.past:
                if isinstance(deed, Word) and self._is_history(each.life, deed):
                    lines += self._lines(each, deed)
        if lines:
            self._server.take_in("claims", lines, live="1")

    def _is_history(self, life: Life, word: Word) -> bool:
        """Whether the word was said to us; lets the vendor know of it where it does."""
        voice = self._voices.speaking(life, word) if self._voices else None
        if voice is None or self._voices is None or voice.past is Past.UNHEARD:
            return True
        self._voices.remember(voice, life, word)
        return voice.past is Past.KNOWN

    def _lines(self, told: _Told, word: Word) -> Sequence[Mapping[str, object]]:
        at, life = word.at.isoformat(), told.life
        line = {"record": life.key, "node": word.node, "at": at, "source": word.source}
        if not (told.live and word.node in self._story.news):
            line["received_at"] = at
        parts = [row.key for row in life.rows.get(word.parts, ()) if row.key]
        return [{**line, "part": part} for part in parts] or [line]

    def _bring_late(self, told: Sequence[_Told], **how: str) -> None:
        key = self._server.key_name(self._story.table)
        rows = []
        for each in told:
            late = {name: each.life.values[name] for name in self._story.late if name in each.life.values}
            if late:
                rows.append({key: each.life.key, **late})
        if rows:
            self._server.take_in(f"tables/{self._story.table}", rows, upsert="1", **how)
