"""Scenes: what a sample shows besides the story: people, records that stand where something is wrong, what they do about it.

They lie in a file of their own beside the story, and are only played where they are asked for. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mailuo.cli.simulation.plot import Author, Course, Plot, Word
from mailuo.cli.simulation.story import Span, Value


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here."""

    name: str
    roles: tuple[str, ...]
    email: str
    wecom: str


@dataclass(frozen=True, slots=True)
class Rumour:
    """What another source says of a node: so long before it is reached, or after another one is."""

    node: str
    source: str
    after: str
    before: Span | None
    later: Span | None


@dataclass(frozen=True, slots=True)
class Scene:
    """So many records of the past that wait for something, since a node that was reached so long ago."""

    count: int
    since: str
    ago: Span
    stops: frozenset[str]
    values: Mapping[str, Value]
    rumours: tuple[Rumour, ...] = ()


@dataclass(frozen=True, slots=True)
class First:
    """So many new records soon after the beginning, for who watches."""

    count: int
    within: Span


@dataclass(frozen=True, slots=True)
class Stray:
    """A message about something that nobody here knows of."""

    voice: str
    word: str
    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Note:
    """A person acknowledges so many open alerts of a rule."""

    person: str
    rule: str
    count: int
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """An operation of a connector is tried by hand."""

    connector: str
    operation: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """A person gives evidence in a dispute that has this cause; another may review it."""

    person: str
    cause: str
    photo: str
    text: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Answers:
    """How those who are sent a link to a public form fill it in."""

    vendor: str
    share: float
    within: Span
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Scenes:
    """Everything that is shown besides the story."""

    people: tuple[Person, ...] = ()
    staged: tuple[Scene, ...] = ()
    firsts: tuple[First, ...] = ()
    strays: tuple[Stray, ...] = ()
    notes: tuple[Note, ...] = ()
    trials: tuple[Trial, ...] = ()
    proofs: tuple[Proof, ...] = ()
    answers: tuple[Answers, ...] = ()

    def plots(self, author: Author, now: datetime) -> Iterator[Plot]:
        """The lives of the records that stand where something is wrong."""
        for scene in self.staged:
            for _ in range(scene.count):
                yield _rumoured(scene, author, _staged(scene, author, now))

    def first(self, author: Author, now: datetime) -> Iterator[Plot]:
        """The lives of the records that come soon."""
        for first in self.firsts:
            for born in sorted(now + author.span(first.within) for _ in range(first.count)):
                yield author.plot(born)


NO_SCENES = Scenes()


def _staged(scene: Scene, author: Author, now: datetime) -> Plot:
    """A life that comes to where the scene begins at the right time: drawn twice alike, the second time so much earlier."""
    ago, course = author.span(scene.ago), Course(scene.values, scene.stops)
    state, number = author.random.getstate(), author.number
    anchor = _reached(author.plot(now, course), scene.since)
    author.random.setstate(state)
    author.number = number
    return author.plot(now - ago - (anchor - now), course)


def _rumoured(scene: Scene, author: Author, plot: Plot) -> Plot:
    """The same life, of which others say something too."""
    said = [_said(rumour, author, plot) for rumour in scene.rumours]
    return replace(plot, deeds=tuple(sorted((*plot.deeds, *said), key=lambda deed: deed.at)))


def _said(rumour: Rumour, author: Author, plot: Plot) -> Word:
    at = _reached(plot, rumour.after or rumour.node)
    if rumour.later is not None:
        at += author.span(rumour.later)
    if rumour.before is not None:
        at -= author.span(rumour.before)
    return Word(at, rumour.node, rumour.source)


def _reached(plot: Plot, node: str) -> datetime:
    """When a life comes to a node; its beginning where it never does."""
    return min((deed.at for deed in plot.deeds if isinstance(deed, Word) and deed.node == node), default=plot.birth.at)
