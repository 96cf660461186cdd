"""The cells of a row: what each column says of a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from urllib.parse import quote

from markupsafe import Markup

from mailuo.fields import Computed, File, Link
from mailuo.records import Record, Sight
from mailuo_web.lifeline import draw_row
from mailuo_web.pages.columns import LIFELINE, SINCE, WAITING, Column
from mailuo_web.pages.standing import Standing
from mailuo_web.pages.subject import Subject
from mailuo_web.texts.times import exact

_TONES = {"red": "red strong", "orange": "org strong", "disputed": "strong"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text or markup, where it leads, whether it can be edited in place."""

    field: str
    text: str = ""
    style: str = ""
    title: str = ""
    href: str = ""
    markup: Markup | str = ""
    level: str = ""
    tone: str = ""
    exact: str = ""
    chip: bool = False
    editable: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a row of the table page."""

    key: str
    version: int
    due: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def mark(self) -> str:
        """A short text that changes when the row does; ages, which change by themselves, are left out."""
        said = [
            (cell.field, "" if cell.field == SINCE else cell.text, cell.level, str(cell.markup)) for cell in self.cells
        ]
        return blake2s(repr((self.version, self.due, said)).encode(), digest_size=6).hexdigest()


def row_of(subject: Subject, record: Record, columns: tuple[Column, ...], standing: Standing | None) -> Row:
    """The row of a record; `due` are the nodes that the actor may confirm now."""
    due = standing.due if standing else ()
    mine = tuple(node for node in due if subject.confirms(node))
    return Row(record.key, record.version, mine, tuple(_cell(subject, record, column, standing) for column in columns))


def _cell(subject: Subject, record: Record, column: Column, standing: Standing | None) -> Cell:
    if column.id in (LIFELINE, WAITING, SINCE):
        return _flow_cell(subject, column, standing)
    value = record.values.get(column.id)
    text = subject.shown(record, column.id)
    title = "" if column.style == "key" else column.title
    if column.style == "key":
        return Cell(column.id, text or record.key, "key", href=subject.record_path(record.key))
    field = subject.table.fields.get(column.id)
    masked = field is not None and subject.access.sight(column.id) is Sight.MASKED
    return Cell(
        column.id,
        text,
        f"{column.style} masked".strip() if masked else column.style,
        title,
        _href(subject, column.id, value),
        exact=subject.exact(value),
        chip=bool(field and field.type.name == "choice" and text),
        editable=editable(subject, column.id),
    )


def _flow_cell(subject: Subject, column: Column, standing: Standing | None) -> Cell:
    if standing is None:
        return Cell(column.id, style=column.style, title=column.title)
    if column.id == LIFELINE:
        return Cell(column.id, style=column.style, markup=draw_row(standing.line, standing.sentence))
    if column.id == WAITING:
        return Cell(column.id, standing.waiting, column.style, column.title)
    hover = exact(standing.since, subject.zone) if standing.since else ""
    return Cell(
        column.id,
        standing.age,
        column.style,
        column.title,
        level=standing.level,
        tone=_TONES.get(standing.level, ""),
        exact=hover,
    )


def _href(subject: Subject, name: str, value: object) -> str:
    """Where a linked record or a file is to be found; for records that the actor may not see, nowhere."""
    field = subject.table.fields.get(name)
    if field is None or not value:
        return ""
    if isinstance(field.type, File) and isinstance(value, Mapping):
        return f"/api/v1/files/{value['id']}"
    if isinstance(field.type, Link) and isinstance(value, Mapping):
        target = subject.running.manifest.tables[field.type.to]
        key = value.get(target.key.field) if target.key else None
        return f"/tables/{field.type.to}/records/{quote(str(key or value['id']), safe='')}"
    return ""


def editable(subject: Subject, name: str) -> bool:
    """Whether the actor may change the field in place."""
    field = subject.table.fields.get(name)
    if field is None or field.readonly or isinstance(field.type, Computed):
        return False
    if subject.table.key and subject.table.key.field == name:
        return False
    return subject.access.changes(name) and subject.access.sight(name) is Sight.SHOWN
