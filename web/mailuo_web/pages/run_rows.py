"""Rows in a run: what people call them, their fields, and the values as people read them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any
from urllib.parse import quote

from mailuo.base.problems import Problem
from mailuo.metadata.model import Field, Table
from mailuo.records import Running
from mailuo_web.texts import Say

_LONGEST = 160
_SHORT = 24
_LABELS = ("text", "phone", "email", "barcode", "user")
_READ = ("choice", "choices", "money", "number", "datetime", "date")
"""Types whose values people read otherwise than they are kept."""
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A name and what it came to."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RowDone:
    """What became of a row: which, and its fields that changed."""

    title: str
    href: str
    what: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class RowWriter:
    """Writes the rows of one step, and what was put into them, for one reader."""

    running: Running
    say: Say

    def rows(self, told: Told) -> Iterator[RowDone]:
        """What a step did with each row."""
        written = _written(told)
        for row in rows_of(told):
            yield self._row(row, written)

    def given(self, told: Told, values: Told) -> Iterator[Given]:
        """What a step put into fields, by their titles."""
        table = self.running.manifest.tables.get(next(iter(tables_of(told)), ""))
        for name, value in values.items():
            field = table.fields.get(name) if table else None
            yield Given(field.title if field else str(name), self.value(field, value))

    def value(self, field: Field | None, value: object) -> str:
        """A kept value as people read it."""
        if field is None or field.type.name not in _READ:
            return self.plain(value)
        parsed = field.type.parse(value, self.running.zone)
        if parsed is None or isinstance(parsed, Problem):
            return self.plain(value)
        return field.type.show(parsed, self.say.language, self.running.zone)

    def plain(self, value: object) -> str:
        """A value of no known type."""
        if value is None:
            return "—"
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        text = value if isinstance(value, str) else dumps(value, ensure_ascii=False)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def name(self, table: str | None, key: str) -> str:
        """What people call a record without being told more of it: its key, else the title of its table."""
        declared = self.running.manifest.tables.get(table or "")
        return declared.title if declared and key and not declared.key else key

    def _row(self, row: Told, written: Told) -> RowDone:
        table = self.running.manifest.tables.get(row["table"])
        otherwise = "changed" if row.get("changes") else "same"
        what = next((kind for kind in ("made", "void", "deleted") if row.get(kind)), otherwise)
        called = str(row.get("record") or "") if table is None or table.key else _label(table, row, written)
        return RowDone(
            title=f"{table.title if table else row['table']} {called}".strip(),
            href=record_href(row["table"], row.get("record") or row.get("id") or ""),
            what=self.say(f"run.row.{what}"),
            changes=tuple(self._changes(row.get("changes") or {}, table.fields if table else {})),
        )

    def _changes(self, changes: Told, fields: Mapping[str, Field]) -> Iterator[tuple[str, str, str]]:
        for name, change in changes.items():
            field = fields.get(name)
            before, after = (change.get("from"), change.get("to")) if isinstance(change, Mapping) else (None, change)
            yield field.title if field else name, self.value(field, before), self.value(field, after)


def rows_of(told: Told) -> Iterator[Told]:
    """The rows that a step made, changed or deleted."""
    outcome = told.get("outcome") or {}
    yield from outcome.get("rows") or ()
    for row in outcome.get("deleted") or ():
        yield {**row, "deleted": True}


def tables_of(told: Told) -> tuple[str, ...]:
    """The tables of a step's rows; that of the step itself where it found none."""
    own = (told.get("outcome") or {}).get("table")
    return tuple(dict.fromkeys(row["table"] for row in rows_of(told))) or ((str(own),) if own else ())


def record_href(table: str | None, key: str) -> str:
    """The address of a record's page; blank where there is no record."""
    return f"/tables/{table}/records/{quote(key, safe='')}" if table and key else ""


def _written(told: Told) -> Told:
    values = (told.get("inputs") or {}).get("set")
    return values if isinstance(values, Mapping) else {}


def _label(table: Table, row: Told, written: Told) -> str:
    """The short words of a record without a key: the first text that the step put into it."""
    changed = {name: each.get("to") for name, each in (row.get("changes") or {}).items() if isinstance(each, Mapping)}
    held = {**written, **changed}
    words = (str(held[key]) for key, field in table.fields.items() if field.type.name in _LABELS and held.get(key))
    text = next(words, "")
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
