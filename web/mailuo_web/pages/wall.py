"""The alert wall: three columns.

What is wrong stands oldest first, and of many the middle is folded so that the newest stays in sight; what went well
stands newest first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mailuo.records import Running
from mailuo_web.pages.alert_words import TONES, AlertRow
from mailuo_web.texts import Say

LEVELS = ("red", "orange", "green")
OLDEST, NEWEST = 4, 1
PRAISE = "green"
PRAISED = 6
LATELY = timedelta(days=1)
_RULES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One level: how many in all, by rule, and the rows in sight."""

    level: str
    tone: str
    title: str
    total: int
    by_rule: str
    rows: tuple[AlertRow, ...]
    none: str
    foot: str = ""


def column_of(level: str, rows: Sequence[AlertRow], by_rule: Mapping[str, int], running: Running, say: Say) -> Column:
    """The column of a level; `rows` are its oldest and newest in order, `by_rule` counts all of them."""
    total = sum(by_rule.values())
    title, tone, none = say(f"wall.{level}"), TONES[level], say(f"wall.none.{level}")
    return Column(level, tone, title, total, _by_rule(by_rule, running), tuple(_folded(rows, total, say)), none)


def praise_of(rows: Sequence[AlertRow], total: int, say: Say) -> Column:
    """The column of what went well of late: its newest rows, newest first, and how many more there are."""
    foot = say("wall.more", count=f"{total - len(rows):,}") if total > len(rows) else ""
    title, none = say(f"wall.{PRAISE}"), say(f"wall.none.{PRAISE}")
    return Column(PRAISE, TONES[PRAISE], title, total, say("wall.lately"), tuple(rows), none, foot)


def _folded(rows: Sequence[AlertRow], total: int, say: Say) -> Sequence[AlertRow]:
    if total <= OLDEST + NEWEST + 1:
        return rows
    fold = AlertRow(fold=say("wall.fold", count=f"{total - OLDEST - NEWEST:,}"))
    return (*rows[:OLDEST], fold, *rows[-NEWEST:])


def _by_rule(counts: Mapping[str, int], running: Running) -> str:
    """The most frequent rules with their counts, which stay together where the line breaks."""
    alerts = running.manifest.alerts
    frequent = sorted(counts.items(), key=lambda one: -one[1])[:_RULES]
    return " ".join(f"{alerts[rule].title if rule in alerts else rule}\N{NO-BREAK SPACE}{count}" for rule, count in frequent)
