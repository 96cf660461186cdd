"""A kanban: a table's records as cards, a column for each node reached or each value of a choice.

A card that is dropped on another column is a claim of that node, or a change of that choice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from mailuo.fields import Choice, Link
from mailuo.records import Query, Record
from mailuo_web.http.asking import application
from mailuo_web.lifeline import draw_row
from mailuo_web.pages.cells import editable
from mailuo_web.pages.columns import column_of
from mailuo_web.pages.conditions import join
from mailuo_web.pages.looks import Look
from mailuo_web.pages.standing import Standing
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.table_listing import standings_of

STATUS = "status"
MOST_CARDS = 12
_LINES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One record on the board; `due` are the nodes that the reader may confirm now, by id and title."""

    key: str
    version: int
    href: str
    lines: tuple[tuple[str, str], ...]
    line: Markup | str
    waiting: str
    age: str
    level: str
    tone: str
    due: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column: its value, how many records it holds, the first of them, and where all are."""

    id: str
    title: str
    total: int
    cards: tuple[Card, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Board:
    """A whole kanban; `moves` says whether cards can be dragged, `field` what a drop changes (blank: a claim)."""

    table: str
    title: str
    path: str
    api: str
    columns: tuple[BoardColumn, ...]
    field: str
    moves: bool

    @property
    def total(self) -> int:
        """How many records are on the board."""
        return sum(column.total for column in self.columns)


def board_of(subject: Subject, look: Look) -> Board:
    """The board of a view that is grouped by status or by a choice."""
    names = _groups(subject, look.group)
    columns = tuple(_column(subject, look, value, title) for value, title in names)
    shown = tuple(one for one in columns if one.id or one.total)
    field = "" if look.group == STATUS else look.group
    moves = not field or editable(subject, field)
    path = f"{subject.path}/views/{look.id}"
    return Board(subject.table.id, look.title, path, subject.api, shown, field, moves)


def _groups(subject: Subject, group: str) -> Iterator[tuple[str, str]]:
    """The values of the group with their titles; the blank one comes first."""
    yield "", subject.say("kanban.none")
    if group == STATUS and subject.flow:
        yield from ((node.id, node.title) for node in subject.flow.nodes.values())
        return
    field = subject.table.fields.get(group)
    if field and isinstance(field.type, Choice):
        yield from ((one.id, one.title) for one in field.type.choices.values())


def _column(subject: Subject, look: Look, value: str, title: str) -> BoardColumn:
    condition = f'{{{look.group}}} = "{value}"' if value else f"ISBLANK({{{look.group}}})"
    asked = join([look.filter, condition])
    query = Query(filter=asked, sort=look.sort or None, expand=expansions_for(subject, look), limit=MOST_CARDS, count=True)
    found = application().records.page(subject.actor, subject.table.id, query)
    standings = standings_of(subject, found.records)
    cards = tuple(_card(subject, look, record, standings.get(record.id)) for record in found.records)
    total = found.count.number if found.count else len(cards)
    return BoardColumn(value, title, total, cards, f"{subject.path}?filter={quote(asked)}")


def expansions_for(subject: Subject, look: Look) -> tuple[str, ...]:
    """What a list of cards has to expand: links that are shown by name, and the lifeline."""
    fields = subject.table.fields
    links = [name for name in names_told(subject, look) if name in fields and isinstance(fields[name].type, Link)]
    return (*links, "lifeline") if subject.flow else tuple(links)


def names_told(subject: Subject, look: Look) -> list[str]:
    """What a card says of its record: the view's first columns, else the first short fields."""
    skipped = {subject.label_field(), look.group, "lifeline", "waiting", "since"}
    usual = [
        name for name in subject.access.readable if subject.table.fields[name].type.name in ("link", "choice", "money")
    ]
    named = [name for name in look.columns if name not in skipped] or [name for name in usual if name not in skipped]
    return named[:_LINES]


def _card(subject: Subject, look: Look, record: Record, standing: Standing | None) -> Card:
    lines = ((column_of(subject, name).title, subject.shown(record, name)) for name in names_told(subject, look))
    due = standing.due if standing else ()
    level = standing.level if standing else ""
    return Card(
        key=record.key,
        version=record.version,
        href=subject.record_path(record.key),
        lines=tuple((title, text) for title, text in lines if text),
        line=draw_row(standing.line, standing.sentence) if standing else "",
        waiting=standing.waiting if standing else "",
        age=standing.age if standing else "",
        level=level,
        tone={"red": "red strong", "orange": "org strong", "disputed": "strong"}.get(level, ""),
        due=tuple((node, subject.title_of(node)) for node in due if subject.confirms(node)),
    )
