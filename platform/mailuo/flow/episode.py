"""Episodes: one start of one clock on one record, and what has become of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mailuo.base.moments import micros


class Run(StrEnum):
    """How the row of a clock stands."""

    PENDING = "pending"
    HELD = "held"
    FIRED = "fired"
    VOID = "void"


class Because(StrEnum):
    """Why an alert is no longer open."""

    REACHED = "reached"
    WITHDRAWN = "withdrawn"
    EXITED = "exited"
    NEWS = "news"
    RULE = "rule_changed"
    EXPIRED = "expired"
    DELETED = "deleted"


class Opened(NamedTuple):
    """The alert of an episode."""

    id: str
    open: bool
    """Open or acknowledged: not yet resolved."""
    because: str | None = None

    @property
    def lasts(self) -> bool:
        """Whether a correction can still make it false: it is open, or only its time has passed."""
        return self.open or self.because == Because.EXPIRED


class Episode(NamedTuple):
    """A clock as stored."""

    rule: str
    episode: str
    run: Run
    due_at: datetime
    alert: Opened | None = None

    @property
    def active(self) -> bool:
        """Whether it still runs, or its alert is still open."""
        return self.run in (Run.PENDING, Run.HELD) or self.alert is not None and self.alert.open


class Wanted(NamedTuple):
    """A clock that should run now; without a moment it is paused, or held by a dispute."""

    start: datetime | None
    due_at: datetime | None
    once: bool = False
    """It opens once for a record, however often its start is corrected."""


class Set(NamedTuple):
    """A clock to be written: a new one, or an old one that now runs so."""

    rule: str
    episode: str
    run: Run
    due_at: datetime
    new: bool = False
    was: str | None = None
    """The episode of a running clock that turns out to have started at another time."""


class Resolve(NamedTuple):
    """An alert to be ended."""

    alert: str
    rule: str
    episode: str
    because: Because


class Plan(NamedTuple):
    """What has to be written so that the stored clocks are the wanted ones."""

    clocks: Sequence[Set] = ()
    resolves: Sequence[Resolve] = ()


def reconcile(
    wanted: Mapping[str, Wanted],
    stored: Sequence[Episode],
    now: datetime,
    because: Mapping[str, Because],
    published: int | None = None,
) -> Plan:
    """The plan by which a record's stored clocks become the wanted ones.

    `because` says of each rule why it would no longer be true. `published` is the revision whose publication is the
    cause of it all, if one is: then an alert may open anew.
    """
    episodes: dict[str, list[Episode]] = {rule: [] for rule in wanted}
    for each in stored:
        episodes.setdefault(each.rule, []).append(each)
    clocks: list[Set] = []
    resolves: list[Resolve] = []
    for rule, known in episodes.items():
        plan = _one(rule, wanted.get(rule), known, now, because.get(rule, Because.RULE), published)
        clocks += plan.clocks
        resolves += plan.resolves
    return Plan(clocks, resolves)


def _one(
    rule: str, wanted: Wanted | None, known: Sequence[Episode], now: datetime, because: Because, published: int | None
) -> Plan:
    active = next((each for each in known if each.active), None)
    if wanted is None:
        return _ended(active, because) if active is not None else _taken_back(known, because)
    if active is None:
        return _begun(rule, wanted, known, published)
    if active.alert is not None and active.alert.open:
        if wanted.due_at is None or wanted.due_at <= now:
            return Plan()
        ended = _ended(active, because)
        again = _begun(rule, wanted, [each._replace(run=Run.FIRED, alert=None) for each in known], published)
        return Plan([*ended.clocks, *again.clocks], ended.resolves)
    return _moved(active, wanted, known)


def _taken_back(known: Sequence[Episode], because: Because) -> Plan:
    """An alert that had ended by itself, and of which it turns out now that it never was true."""
    if because is not Because.WITHDRAWN:
        return Plan()
    lasting = (each for each in known if each.alert is not None and each.alert.lasts)
    return Plan(resolves=[Resolve(each.alert.id, each.rule, each.episode, because) for each in lasting if each.alert])


def _ended(active: Episode, because: Because) -> Plan:
    if active.alert is not None and active.alert.open:
        return Plan(resolves=[Resolve(active.alert.id, active.rule, active.episode, because)])
    return Plan([Set(active.rule, active.episode, Run.VOID, active.due_at)])


def _moved(active: Episode, wanted: Wanted, known: Sequence[Episode]) -> Plan:
    """A clock that runs already, with its new moment; where its start was corrected, it is the episode of that start."""
    episode = active.episode if wanted.start is None else str(micros(wanted.start))
    if episode != active.episode.partition(".")[0]:
        return _restarted(active, episode, wanted, known)
    run = Run.HELD if wanted.due_at is None else Run.PENDING
    due_at = wanted.due_at or active.due_at
    same = run is active.run and due_at == active.due_at
    return Plan() if same else Plan([Set(active.rule, active.episode, run, due_at)])


def _restarted(active: Episode, episode: str, wanted: Wanted, known: Sequence[Episode]) -> Plan:
    """A running clock whose start was corrected: it takes the new start's name, unless an episode of old bears it."""
    run = Run.HELD if wanted.due_at is None else Run.PENDING
    due_at = wanted.due_at or active.due_at
    if all(each.episode != episode for each in known):
        return Plan([Set(active.rule, episode, run, due_at, was=active.episode)])
    stopped = Set(active.rule, active.episode, Run.VOID, active.due_at)
    return Plan([stopped, *_begun(active.rule, wanted, known, None).clocks])


def _begun(rule: str, wanted: Wanted, known: Sequence[Episode], published: int | None) -> Plan:
    """A clock that starts; each start opens an alert at most once, unless a publication makes it true anew."""
    if wanted.start is None:
        return Plan()
    if wanted.once and any(each.alert is not None and each.alert.because != Because.WITHDRAWN for each in known):
        return Plan()
    episode = str(micros(wanted.start))
    run, due_at = Run.HELD if wanted.due_at is None else Run.PENDING, wanted.due_at or wanted.start
    before = {each.episode: each for each in known}
    same = before.get(episode)
    if same is None:
        return Plan([Set(rule, episode, run, due_at, new=True)])
    if same.run is Run.VOID:
        return Plan([Set(rule, episode, run, due_at)])
    if published is None:
        return Plan()
    anew = f"{episode}.{published}"
    return Plan() if anew in before else Plan([Set(rule, anew, run, due_at, new=True)])
