"""Voices: the sources that speak through vendors, and how a word of theirs becomes a message."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailuo.cli.simulation.booth import Booth
from mailuo.cli.simulation.faults import Faults
from mailuo.cli.simulation.life import Life
from mailuo.cli.simulation.outside import Outside
from mailuo.cli.simulation.pace import Pace
from mailuo.cli.simulation.plot import Author, Values, Word
from mailuo.cli.simulation.pusher import Pusher
from mailuo.cli.simulation.story import Told, Value, Voice
from mailuo.cli.simulation.vendors import News, Push


@dataclass(frozen=True)
class Voices:
    """The voices of a story. `teller` fills in what messages say, apart from the author, whose draws they leave alone."""

    voices: Sequence[Voice]
    outside: Outside
    pusher: Pusher
    faults: Faults
    pace: Pace
    teller: Author

    def bringing(self, values: Values) -> Voice | None:
        """Who brings a record of these values; None where people make it."""
        for voice in self.voices:
            if voice.brings is not None and all(str(values.get(name)) == word for name, word in voice.brings.items()):
                return voice
        return None

    def speaking(self, life: Life, word: Word) -> Voice | None:
        """Who says a word through a vendor; None where it is a claim over the API."""
        for voice in self.voices:
            if voice.source == word.source and word.node in voice.says:
                return voice if not voice.parts or life.rows.get(voice.parts) else None
        return None

    def say(self, voice: Voice, life: Life, word: Word) -> None:
        """Lets the vendor hear of it, and push it where it pushes; part by part where it speaks of parts."""
        for news in self._news(voice, life, word):
            self._send(voice, news)

    def remember(self, voice: Voice, life: Life, word: Word) -> None:
        """Lets the vendor know of it, who tells nobody."""
        booth = self.outside.booth(voice.vendor)
        if booth is not None:
            for news in self._news(voice, life, word):
                booth.hear(news)

    def mistake(self, source: str, said: str, key: str, values: Mapping[str, Value], at: datetime) -> None:
        """Lets a source speak of something that nobody here knows."""
        for voice in self.voices:
            if voice.source == source:
                told = self.teller.told(values, {"word": said}, at)
                self._send(voice, News(str(self.teller.told({"key": Told(key)}, told, at)["key"]), said, at, told))

    def _news(self, voice: Voice, life: Life, word: Word) -> Iterator[News]:
        at = self.pace.real(word.at)
        if not voice.parts:
            yield self._told(voice, word.node, life.known, life.lines, at)
        for row in life.rows.get(voice.parts, ()):
            yield self._told(voice, word.node, {**life.known, **row.values}, (), at)

    def _told(self, voice: Voice, node: str, known: Values, lines: Sequence[Values], at: datetime) -> News:
        said = voice.says[node]
        known = {**known, "word": said}
        told = [self.teller.told(voice.lines.values, {**known, **line}, at) for line in lines] if voice.lines else []
        key = str(self.teller.told({"key": voice.key}, known, at)["key"])
        return News(key, said, at, self.teller.told(voice.values, known, at), told)

    def _send(self, voice: Voice, news: News) -> None:
        booth = self.outside.booth(voice.vendor)
        if booth is None:
            return
        booth.hear(news)
        if not voice.hook:
            return
        for each in self.faults.pushing():
            made = _made(booth, news, each.forged)
            self.pusher.send(voice.hook, made, self.pace.seconds(each.after), each.forged)


def _made(booth: Booth, news: News, forged: bool) -> Callable[[], Push | None]:
    """What makes the push when it leaves."""
    return lambda: booth.push(news, forged)
