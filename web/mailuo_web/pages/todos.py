"""My to-dos on Home: nodes that wait for my roles, longest waiting first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mailuo.base.moments import parse_moment
from mailuo_web.pages.dispute_list import Waiting as Review
from mailuo_web.pages.subject import Subject
from mailuo_web.texts import Say
from mailuo_web.texts.times import age, exact

SHOWN = 3
_ADDRESS = re.compile(r"(https?://[^\s/]+)?/[\w./~%-]{12,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One record that waits at a node, and the worst level of its open alerts there."""

    key: str
    about: str
    since: datetime | None
    level: str = ""


@dataclass(frozen=True, slots=True)
class NodeQueue:
    """What waits for the actor at one node of a table: how many, and the first of them."""

    subject: Subject
    node: str
    count: int
    first: tuple[Waiting, ...]
    marks: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One line of the list."""

    key: str
    href: str
    about: str
    age: str
    since: str
    level: str


@dataclass(frozen=True, slots=True)
class TodoGroup:
    """Records that wait for the same: at one node, or for a review."""

    title: str
    shape: str
    count: int
    href: str
    go: str
    marks: tuple[tuple[str, int], ...]
    items: tuple[TodoItem, ...]


@dataclass(frozen=True, slots=True)
class TodoLine:
    """Something that a rule asks for: the words before and after its record, and the address that stood among them."""

    id: str
    before: str
    after: str
    link: str
    key: str
    href: str
    age: str
    since: str


@dataclass(frozen=True, slots=True)
class Todos:
    """Everything that waits for the actor: disputes to be reviewed, what rules ask for, then nodes."""

    whose: str
    total: int
    groups: tuple[TodoGroup, ...]
    lines: tuple[TodoLine, ...] = ()
    further: tuple[TodoLine, ...] = ()
    """The lines that stand folded."""
    reviews: tuple[TodoGroup, ...] = ()
    """The disputes to be reviewed, if there are any."""


def todos_of(
    queues: Sequence[NodeQueue],
    person: str,
    say: Say,
    lines: tuple[TodoLine, ...] = (),
    reviews: Sequence[Review] = (),
) -> Todos:
    """The list: disputes to be reviewed, what rules ask for, then node by node in the order of the flow."""
    groups, judged = tuple(_group(queue) for queue in queues if queue.count), tuple(_reviews(reviews, say))
    total = sum(group.count for group in (*groups, *judged)) + len(lines)
    return Todos(say("todo.whose", person=person), total, groups, lines[:SHOWN], lines[SHOWN:], judged)


def line_of_rule(told: Mapping[str, Any], now: datetime, zone: ZoneInfo, say: Say) -> TodoLine:
    """A line that a rule put on Home."""
    at, key = parse_moment(told["at"], zone), told["record"] or ""
    href = f"/tables/{told['table']}/records/{quote(key, safe='')}" if key and told["table"] else ""
    how_long = age(now - at, say.language) if at else ""
    text, link = _without_address(told["text"])
    before, _, after = text.partition(key) if key and key in text else (f"{text} " if key else text, "", "")
    return TodoLine(told["id"], before, after, link, key, href, how_long, exact(at, zone) if at else "")


def _without_address(text: str) -> tuple[str, str]:
    """A text without the address in it, and the address."""
    found = _ADDRESS.search(text)
    return (text.replace(found[0], "").rstrip("：: "), found[0]) if found else (text, "")


def _reviews(reviews: Sequence[Review], say: Say) -> Iterator[TodoGroup]:
    if reviews:
        items = tuple(TodoItem(one.key, one.href, one.reason, one.age, one.exact, "") for one in reviews[:SHOWN])
        yield TodoGroup(say("todo.reviews"), "disputed", len(reviews), "/disputes", say("todo.review"), (), items)


def _group(queue: NodeQueue) -> TodoGroup:
    subject = queue.subject
    asked = quote(f'STATE({{{queue.node}}}) = "due"')
    worst = next((level for level, count in queue.marks if count), "due")
    items = tuple(_item(subject, one) for one in queue.first)
    href = f"{subject.path}?filter={asked}"
    return TodoGroup(subject.title_of(queue.node), worst, queue.count, href, subject.say("todo.many"), queue.marks, items)


def _item(subject: Subject, waiting: Waiting) -> TodoItem:
    how_long = age(subject.now - waiting.since, subject.say.language) if waiting.since else ""
    hover = exact(waiting.since, subject.zone) if waiting.since else ""
    tone = {"red": "red strong", "orange": "org strong"}.get(waiting.level, "")
    return TodoItem(waiting.key, subject.record_path(waiting.key), waiting.about, how_long, hover, tone)
