"""The plot of a record: what will be said of it and when, drawn from the story by a seeded random source. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from mailuo.cli.simulation.story import (
    Ahead,
    Amount,
    Case,
    Children,
    Choose,
    Leaving,
    Moment,
    Sample,
    Span,
    Step,
    Story,
    Told,
    Value,
)

Row = Mapping[str, object]
Values = dict[str, object]
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Birth:
    """A row to be made; `by` is the field that is to hold the record's key."""

    at: datetime
    table: str
    values: Values
    by: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A claim to be made of the record, or of each of its rows of a table."""

    at: datetime
    node: str
    source: str
    parts: str = ""
    unless_reached: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """One record's life: its birth, then what happens, in order of time."""

    birth: Birth
    deeds: tuple[Birth | Word, ...]
    aside: Values = field(default_factory=dict)
    """What messages say of it besides."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a record's life is to go, where that is not left to chance."""

    values: Mapping[str, Value]
    """Instead of the story's own."""
    stops: frozenset[str]
    """The nodes that it never reaches by itself."""


def _same(at: datetime) -> datetime:
    return at


@dataclass
class Author:
    """Draws plots. Times are those of the story; `real` says when that is on the server's clock."""

    story: Story
    random: Random
    real: Callable[[datetime], datetime] = _same
    samples: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    present: datetime = _NEVER
    """When the story begins."""
    number: int = 0
    _picked: dict[str, Row] = field(default_factory=dict)

    def plot(self, born: datetime, course: Course | None = None) -> Plot:
        """The life of a record that is born at a moment."""
        self.number += 1
        self._picked = {}
        values = self._values({**self.story.values, **(course.values if course else {})}, born)
        birth = Birth(born, self.story.table, values)
        aside = self._values(self.story.aside, born, values)
        deeds: list[Birth | Word] = [
            child for each in self.story.brings for child in self._children(each, born, values)
        ]
        deeds += self._words(born, values, {}, course)
        leaving = None if course else self._leaving(born, values)
        if leaving is not None:
            deeds = [deed for deed in deeds if deed.at < leaving.at] + [leaving]
        return Plot(birth, tuple(sorted(deeds, key=lambda deed: deed.at)), aside)

    def continued(
        self, born: datetime, values: Values, reached: Mapping[str, datetime], now: datetime
    ) -> tuple[Birth | Word, ...]:
        """What is still to happen to a record that has come so far; what should have happened by now does within the hour."""
        self._picked = {}
        left = []
        for deed in self._words(born, values, reached):
            late = now + timedelta(seconds=self.random.uniform(5, 3600))
            left.append(deed if deed.at > now else replace(deed, at=late))
        return tuple(sorted(left, key=lambda deed: deed.at))

    def told(self, values: Mapping[str, Value], known: Values, at: datetime) -> Values:
        """What a message says of something of which so much is known."""
        return self._values(values, at, known)

    def arrivals(self, start: datetime, until: datetime) -> Iterator[datetime]:
        """When records are born between two moments, denser in the hours in which more arrives."""
        mean = sum(self.story.hours) / len(self.story.hours)
        at = start
        while True:
            weight = self.story.hours[at.astimezone(self.story.zone).hour % len(self.story.hours)] / mean
            rate = self.story.per_day * max(weight, 0.02) / 86_400
            at += timedelta(seconds=self.random.expovariate(rate))
            if at >= until:
                return
            yield at

    def past(self, now: datetime) -> list[datetime]:
        """When the records were born that are there at the start: half of them in the last tenth of the time."""
        span = timedelta(days=self.story.backlog_days)
        shares = (self.random.random() * (0.1 if self.random.random() < 0.5 else 1) for _ in range(self.story.backlog))
        return sorted(now - span * share for share in shares)

    def _words(
        self, born: datetime, values: Values, known: Mapping[str, datetime], course: Course | None = None
    ) -> Iterator[Birth | Word]:
        """What is said from birth on, but for the nodes that are known to be reached."""
        reached: dict[str, datetime | None] = {}
        for step in self.story.steps:
            start = self._start(step, born, reached)
            if step.node in known:
                reached[step.node] = known[step.node]
            elif start is None or self._passed_over(step, values):
                reached[step.node] = start
            elif step.node in course.stops if course else self.random.random() < step.stuck_share:
                reached[step.node] = None
            else:
                at = reached[step.node] = start + (self.span(step.wait) if course else self._length(step))
                yield from self._said(step, at, values)

    def _start(self, step: Step, born: datetime, reached: Mapping[str, datetime | None]) -> datetime | None:
        """When a step can begin; None when something before it never happens."""
        before = [reached[name] for name in step.after if name in reached]
        there = [at for at in before if at is not None]
        return max(there, default=born) if len(there) == len(before) else None

    def _passed_over(self, step: Step, values: Values) -> bool:
        return any(str(values.get(name)) != wanted for name, wanted in step.only.items())

    def _said(self, step: Step, at: datetime, values: Values) -> Iterator[Birth | Word]:
        yield from (child for each in step.brings for child in self._children(each, at, values))
        if step.source is not None:
            yield Word(at, step.node, str(self._value(step.source, values, at)), step.parts, step.unless_reached)

    def _length(self, step: Step) -> timedelta:
        return self.span(step.slow if self.random.random() < step.slow_share else step.wait)

    def span(self, span: Span) -> timedelta:
        """A length between two."""
        return span.low + (span.high - span.low) * self.random.random()

    def _leaving(self, born: datetime, values: Values) -> Word | None:
        for way in self.story.leaving:
            if self.random.random() < way.share:
                return self._exit(way, born, values)
        return None

    def _exit(self, way: Leaving, born: datetime, values: Values) -> Word:
        at = born + self.span(way.within)
        return Word(at, way.node, str(self._value(way.source, values, at)))

    def _children(self, children: Children, at: datetime, parent: Values) -> Iterator[Birth]:
        if children.share < 1 and self.random.random() >= children.share:
            return
        for _ in range(self.random.randint(children.low, children.high)):
            self.number += 1
            self._picked = {}
            yield Birth(at, children.table, self._values(children.values, at, parent), children.by)

    def _values(self, values: Mapping[str, Value], at: datetime, parent: Values | None = None) -> Values:
        made: Values = {}
        for name, value in values.items():
            drawn = self._value(value, {**(parent or {}), **made}, at)
            if drawn is not None:
                made[name] = drawn
        return made

    def _value(self, value: Value, values: Mapping[str, object], at: datetime) -> object:
        match value:
            case Choose(weights):
                return self._told(self.random.choices(list(weights), list(weights.values()))[0], values) or None
            case Case(name, cases):
                found = cases.get(str(values.get(name)))
                return None if found is None else self._value(found, values, at)
            case Amount(low, high, step):
                return self._amount(Decimal(low), Decimal(high), Decimal(step))
            case Sample(sample, column):
                row = self._picked.setdefault(sample, self.random.choice(self.samples[sample]))
                return row[column] if column else next(iter(row.values()))
            case Told(text):
                return self._told(text, values)
            case Moment(moved):
                return (self.real(at) + moved).isoformat()
            case Ahead(low, high):
                return (self.present + low + (high - low) * self.random.random()).isoformat()
            case tuple():
                return list(value)
        return value

    def _amount(self, low: Decimal, high: Decimal, step: Decimal) -> str:
        return str(low + step * self.random.randint(0, int((high - low) / step)))

    def _told(self, text: str, values: Mapping[str, object]) -> str:
        if "{" not in text:
            return text
        ten = f"{self.random.randrange(10**10):010}"
        return text.format_map({"n": self.number, "ten": ten, **values})
