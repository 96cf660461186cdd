"""What a publication means for the data that are there: each change in a sentence, with the records it concerns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Connection, Text, cast, func, or_, select

from mailuo.app.messages import ROWS_AT_RISK
from mailuo.base.problems import Language, Message, Problem
from mailuo.metadata.compare import Change, ChangeKind, Risk, compare
from mailuo.metadata.model import Manifest
from mailuo.storage import revisions
from mailuo.storage.declared import DeclaredTable, physical
from mailuo.storage.engine import Store
from mailuo.storage.trash import rows_at_risk

_SECONDS = 60.0
_TABLE_PATH = 2  # `tables.visits`


@dataclass(frozen=True, slots=True)
class Consequence:
    """One change: what it is, how risky, what to say of it, and how many records it concerns."""

    kind: ChangeKind
    what: str
    path: str
    risk: Risk
    sentence: Problem
    rows: int

    @property
    def is_risk(self) -> bool:
        """Whether somebody has to confirm it: it takes data away, leaves records incomplete, or reaches further out."""
        return self.risk == "outside" or self.rows > 0 and self.risk in ("loses_data", "needs_default")

    def json(self, language: Language) -> dict[str, object]:
        """The consequence as the API writes it."""
        return {
            "kind": self.kind,
            "what": self.what,
            "path": self.path,
            "risk": self.risk,
            "rows": self.rows,
            "text": self.sentence.text(language),
        }


def consequences(store: Store, old: Manifest | None, new: Manifest) -> tuple[Consequence, ...]:
    """What follows from every change between two manifests; counts in the tables of the old one."""
    changes = compare(old, new)
    if old is None:
        return tuple(Consequence(each.kind, each.what, each.path, each.risk, each.sentence, 0) for each in changes)
    with store.read(_SECONDS) as connection:
        counting = _Counting(connection, physical(old, revisions.identities(connection)), _former_paths(changes))
        return tuple(map(counting.consequence, changes))


def _former_paths(changes: Iterable[Change]) -> Mapping[str, str]:
    """What was renamed: the old path by the new one."""
    return {change.path: change.from_path for change in changes if change.from_path}


@dataclass(frozen=True)
class _Counting:
    """Counts records in the tables of the revision in force."""

    connection: Connection
    tables: Mapping[str, DeclaredTable]
    former: Mapping[str, str]

    def consequence(self, change: Change) -> Consequence:
        """The change with the number of records that it concerns."""
        rows = self._rows(change) if change.risk in ("loses_data", "needs_default") else 0
        sentence = _with_rows(change.sentence, rows) if rows else change.sentence
        return Consequence(change.kind, change.what, change.path, change.risk, sentence, rows)

    def _rows(self, change: Change) -> int:
        """How many records hold what would go, or lack what would be required."""
        parts = self._former_path(change.path).split(".")
        declared = self.tables.get(parts[1])
        if declared is None:
            return 0
        column = _column(declared, parts)
        if change.risk == "needs_default":
            query = select(func.count()).select_from(declared.table).where(declared.deleted_at.is_(None))
            blank = query if column is None else query.where(column.is_(None))
            return self.connection.scalar(blank) or 0
        if "options" in parts:
            return self._choosing(declared, column, parts[-1])
        if column is None and len(parts) > _TABLE_PATH:
            return 0
        return rows_at_risk(self.connection, declared.table, column)

    def _choosing(self, declared: DeclaredTable, column: Column[Any] | None, option: str) -> int:
        """How many records hold an option: as their choice, or among several."""
        if column is None:
            return 0
        quoted = cast(column, Text).contains(f'"{option}"', autoescape=True)
        holds = or_(cast(column, Text) == option, quoted)
        return self.connection.scalar(select(func.count()).select_from(declared.table).where(holds)) or 0

    def _former_path(self, path: str) -> str:
        """The path by the names that are in force."""
        parts = path.split(".")
        for end in range(len(parts), 1, -1):
            renamed = self.former.get(".".join(parts[:end]))
            if renamed is not None:
                return self._former_path(".".join([*renamed.split("."), *parts[end:]]))
        return path


def _column(declared: DeclaredTable, parts: list[str]) -> Column[Any] | None:
    """The column of a field, node or exit that a path names; None for the table itself and what has no column."""
    match parts:
        case [_, _, "fields", field, *_]:
            return declared.fields.get(field)
        case [_, _, "flow", "nodes", node, *_]:
            return declared.nodes.get(node)
        case [_, _, "flow", "exits", way, *_]:
            return declared.exits.get(way)
    return None


def _with_rows(sentence: Problem, rows: int) -> Problem:
    """The same sentence, saying how many records are concerned."""
    zh, en = (gap.replace("{sentence}", told) for gap, told in _both(sentence))
    values = {**sentence.values, "count": f"{rows:,}"}
    return replace(sentence, message=Message(sentence.code, zh=zh, en=en), values=values)


def _both(sentence: Problem) -> tuple[tuple[str, str], tuple[str, str]]:
    return (ROWS_AT_RISK.zh, sentence.message.zh), (ROWS_AT_RISK.en, sentence.message.en)
