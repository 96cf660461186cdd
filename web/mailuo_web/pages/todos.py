"""My to-dos on Home: nodes that wait for my roles, longest waiting first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mailuo.base.moments import parse_moment
from mailuo_web.pages.subject import Subject
from mailuo_web.texts import Say
from mailuo_web.texts.times import age, exact


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
    """The records that wait at one node."""

    title: str
    shape: str
    count: int
    href: str
    marks: tuple[tuple[str, int], ...]
    items: tuple[TodoItem, ...]


@dataclass(frozen=True, slots=True)
class TodoLine:
    """Something that a rule asks for."""

    id: str
    text: str
    key: str
    href: str
    age: str
    since: str


@dataclass(frozen=True, slots=True)
class Todos:
    """Everything that waits for the actor: what rules ask for, then nodes."""

    whose: str
    total: int
    groups: tuple[TodoGroup, ...]
    lines: tuple[TodoLine, ...] = ()


def todos_of(queues: Sequence[NodeQueue], person: str, say: Say, lines: tuple[TodoLine, ...] = ()) -> Todos:
    """The list, node by node in the order of the flow."""
    groups = tuple(_group(queue) for queue in queues if queue.count)
    return Todos(say("todo.whose", person=person), sum(queue.count for queue in queues) + len(lines), groups, lines)


def line_of_rule(told: Mapping[str, Any], now: datetime, zone: ZoneInfo, say: Say) -> TodoLine:
    """A line that a rule put on Home."""
    at, key = parse_moment(told["at"], zone), told["record"] or ""
    href = f"/tables/{told['table']}/records/{quote(key, safe='')}" if key and told["table"] else ""
    how_long = age(now - at, say.language) if at else ""
    return TodoLine(told["id"], told["text"], key, href, how_long, exact(at, zone) if at else "")


def _group(queue: NodeQueue) -> TodoGroup:
    subject = queue.subject
    asked = quote(f'STATE({{{queue.node}}}) = "due"')
    worst = next((level for level, count in queue.marks if count), "due")
    items = tuple(_item(subject, one) for one in queue.first)
    href = f"{subject.path}?filter={asked}"
    return TodoGroup(subject.title_of(queue.node), worst, queue.count, href, queue.marks, items)


def _item(subject: Subject, waiting: Waiting) -> TodoItem:
    how_long = age(subject.now - waiting.since, subject.say.language) if waiting.since else ""
    hover = exact(waiting.since, subject.zone) if waiting.since else ""
    tone = {"red": "red strong", "orange": "org strong"}.get(waiting.level, "")
    return TodoItem(waiting.key, subject.record_path(waiting.key), waiting.about, how_long, hover, tone)
