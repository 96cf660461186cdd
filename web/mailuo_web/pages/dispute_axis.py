"""The axis of a dispute: all sources on one time axis, with the tolerance around the golden word. Places are per cents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailuo_web.pages.dispute_told import GOLDEN, Case, Given, Word
from mailuo_web.texts import Say
from mailuo_web.texts.times import age, clock, day_name, exact, short, whole

_STEPS = (15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 7200, 14400, 43200)
_MOST_TICKS = 9
_ROOM = 0.06
_RIGHT, _WIDE, _WHOLE = 62.0, 26.0, 102.0
"""From where on words stand before their mark, how far marks lie apart for an arrow, and where words would be cut."""
_BROAD, _NARROW = 2.3, 1.2
"""How much of the axis a letter takes at a desk, in per cent: a Chinese one, and any other."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Something that happened around the node: what came before it, or waits behind it."""

    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis; `day` where a new day begins."""

    x: str
    text: str
    day: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """One mark of a row."""

    x: str
    kind: str
    text: str
    exact: str
    note: str = ""
    before: bool = False
    """Whether its words end at the mark, because right of it there is no room."""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a word lies from the golden one."""

    start: str
    end: str
    middle: str
    text: str
    leftward: bool


@dataclass(frozen=True, slots=True)
class AxisRow:
    """One source."""

    title: str
    role: str
    spots: tuple[Spot, ...]
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """The whole picture."""

    day: str
    ticks: tuple[Tick, ...]
    rows: tuple[AxisRow, ...]
    band: tuple[str, str] | None
    tolerance: str
    golden: str
    golden_row: int
    before: Spot | None


@dataclass(frozen=True)
class AxisWriter:
    """Writes the axis of one dispute."""

    case: Case
    before: Beside | None
    held: Beside | None
    now: datetime
    zone: ZoneInfo
    say: Say

    def axis(self) -> Axis:
        """The axis with every word, the evidence, and what lies around."""
        golden, start, end = self.case.golden, *self._range()
        rows = tuple(self._rows())
        tolerance = self.case.rule.tolerance
        sides = (golden - tolerance, golden + tolerance) if golden else None
        band = (self._x(max(sides[0], start)), self._width(max(sides[0], start), min(sides[1], end))) if sides else None
        return Axis(
            day=day_name(start, self.zone, self.say.language),
            ticks=tuple(self._ticks(start, end)),
            rows=rows,
            band=band,
            tolerance=self.say("dispute.tolerance", length=whole(tolerance, self.say.language)),
            golden=self._x(golden) if golden else "",
            golden_row=next((place for place, row in enumerate(rows) if row.spots and row.spots[-1].kind == GOLDEN), -1),
            before=self._beside(self.before) if self.before and self._near(self.before.at) else None,
        )

    # Places

    def _near(self, at: datetime) -> bool:
        start, end = self._range()
        return start <= at <= end

    def _range(self) -> tuple[datetime, datetime]:
        """From the first to the last moment that is shown, with some room."""
        case, golden = self.case, self.case.golden
        told = [word.at for word in case.words] + [given.at for given in case.history[-1:]]
        if golden:
            told += [golden - case.rule.tolerance, golden + case.rule.tolerance]
        first, last = min(told), max(told)
        span = max(last - first, timedelta(hours=2))
        around = [one.at for one in (self.before, self.held) if one and first - span <= one.at <= last + span]
        first, last = min([first, *around]), max([last, *around])
        room = max((last - first) * _ROOM, timedelta(minutes=20))
        return first - room, last + room

    def _share(self, at: datetime) -> float:
        start, end = self._range()
        return 100 * ((at - start) / (end - start))

    def _x(self, at: datetime) -> str:
        return f"{self._share(at):.2f}%"

    def _width(self, start: datetime, end: datetime) -> str:
        return f"{self._share(end) - self._share(start):.2f}%"

    def _ticks(self, start: datetime, end: datetime) -> Iterator[Tick]:
        minutes = (end - start) / timedelta(minutes=1)
        step = timedelta(minutes=next((one for one in _STEPS if minutes / one <= _MOST_TICKS), _STEPS[-1]))
        midnight = start.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + ((start - midnight) // step + 1) * step
        while at < end:
            local = at.astimezone(self.zone)
            day = local.hour == local.minute == 0
            text = f"{local.month}-{local.day}" if step >= timedelta(days=1) else f"{local:%H:%M}"
            yield Tick(self._x(at), text, day)
            at += step

    # Rows

    def _rows(self) -> Iterator[AxisRow]:
        """The others in the order in which they spoke, then the golden source, the evidence last."""
        groups: dict[str, list[Word]] = {}
        for word in sorted(self.case.words, key=lambda one: (one.side == GOLDEN, one.side == "verdict", one.received_at or one.at)):
            groups.setdefault(word.source, []).append(word)
        for words in groups.values():
            yield self._row(words)
        if not any(word.side == GOLDEN for word in self.case.words):
            yield AxisRow(self.case.rule.golden_title, self.say("dispute.silent"), ())
        given = self.case.history[-1] if self.case.history and not self.case.ruling else None
        if given:
            yield AxisRow(self.say("dispute.proof"), self.say("dispute.by_hand"), (self._proof(given),))

    def _row(self, words: Sequence[Word]) -> AxisRow:
        side = words[0].side
        if side == GOLDEN:
            return AxisRow(words[0].title, self.say("dispute.side.golden"), tuple(self._golden(words)))
        spots = tuple(self._spot(word, side) for word in words)
        return AxisRow(words[0].title, self.say(f"dispute.side.{side}"), spots, self._gap(words))

    def _golden(self, words: Sequence[Word]) -> Iterator[Spot]:
        """What waits behind the node, the parts as small dots, and the last of them as the golden one."""
        if self.held and self._near(self.held.at):
            yield self._beside(self.held, "held")
        standing = [word for word in words if not word.retracted]
        if not standing:
            return
        last = max(standing, key=lambda one: one.at)
        for word in standing:
            if word is not last:
                yield Spot(self._x(word.at), GOLDEN, "", exact(word.at, self.zone), small=True)
        note = self._received(last)
        if len(standing) > 1:
            times = self.say("line.and").join(f"{one.at.astimezone(self.zone):%H:%M}" for one in sorted(standing, key=lambda one: one.at))
            note = self.say("dispute.parts", count=len(standing), times=times)
        yield self._named(last.at, GOLDEN, note)

    def _spot(self, word: Word, side: str) -> Spot:
        said = word.note or word.actor
        note = " · ".join(dict.fromkeys(one for one in (said, self._received(word)) if one))
        if word.retracted:
            return self._named(word.at, "retracted", self.say("claim.retracted"))
        return self._named(word.at, "mark" if side == "verdict" else side, note)

    def _proof(self, given: Given) -> Spot:
        golden = self.case.golden
        when = short(given.given_at, self.now, self.zone, self.say.language)
        words = [f"{given.by} {when}"]
        if golden:
            words.append(self.say("dispute.off_golden", age=age(abs(given.at - golden), self.say.language)))
        return self._named(given.at, "retracted" if given.turned_down_by else "mark", " · ".join(words))

    def _gap(self, words: Sequence[Word]) -> Gap | None:
        """The arrow from the word that lies farthest off, where there is room for it."""
        farthest, golden = self.case.farthest, self.case.golden
        if farthest is None or golden is None or farthest not in words or self.case.ruling:
            return None
        start, end = sorted((self._share(farthest.at), self._share(golden)))
        if abs(golden - farthest.at) <= self.case.rule.tolerance or end - start < _WIDE:
            return None
        text = self.say("dispute.gap", age=age(abs(golden - farthest.at), self.say.language))
        return Gap(f"{start:.2f}%", f"{end:.2f}%", f"{(start + end) / 2:.2f}%", text, farthest.at > golden)

    def _beside(self, one: Beside, kind: str = "before") -> Spot:
        spot = self._named(one.at, kind, "")
        return replace(spot, note=one.title)

    def _named(self, at: datetime, kind: str, note: str) -> Spot:
        text = f"{at.astimezone(self.zone):%H:%M}"
        share = self._share(at)
        beyond = share > _RIGHT or share + _width(note) > _WHOLE
        return Spot(self._x(at), kind, text, exact(at, self.zone), note, before=beyond)

    def _received(self, word: Word) -> str:
        if word.received_at is None or word.side == "verdict":
            return word.actor
        return self.say("step.received", at=clock(word.received_at, word.at, self.zone))


def _width(text: str) -> float:
    return sum(_BROAD if letter >= "\u2e80" else _NARROW for letter in text)
