"""What was changed on a record, in words: who, when, which field, from what to what."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailuo.base.problems import Problem
from mailuo.records import Turn
from mailuo_web.pages.subject import Subject
from mailuo_web.texts.times import exact, short

_EVENTS = {"created": "record.created", "deleted": "record.trashed", "restored": "record.restored"}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history."""

    when: str
    exact: str
    who: str
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The latest lines, how many are shown, and where the rest is."""

    rows: tuple[Change, ...]
    count: str
    href: str


def changes_of(subject: Subject, turns: Sequence[Turn], shown: int, href: str) -> Changes:
    """The history as shown; `turns` holds one more than is shown when there are more."""
    rows = tuple(_change(subject, turn) for turn in turns[:shown])
    more = len(turns) > shown
    return Changes(rows, f"{len(rows)}+" if more else str(len(rows)), href if more else "")


def _change(subject: Subject, turn: Turn) -> Change:
    when = short(turn.at, subject.now, subject.zone, subject.say.language)
    hover = exact(turn.at, subject.zone)
    if turn.field is None:
        return Change(when, hover, turn.by, subject.say(_EVENTS[turn.event]))
    before, after = (_shown(subject, turn.field, value) for value in (turn.old, turn.new))
    return Change(when, hover, turn.by, subject.title_of(turn.field), before, after)


def _shown(subject: Subject, name: str, told: object) -> str:
    """A value of the history as people read it; one that no longer fits its field is shown as it was told."""
    if told is None:
        return ""
    value = subject.table.fields[name].type.parse(told, subject.zone)
    return str(told) if value is None or isinstance(value, Problem) else subject.shown_value(name, value)
