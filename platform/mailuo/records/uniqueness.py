"""Uniqueness: which records would bear what another one bears already, the trash included.

The unique indexes are the judge; this finds the words for what they refused, and lets an import tell its rows apart.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from mailuo.base.problems import Problem
from mailuo.metadata.model import Table
from mailuo.records.messages import NOT_UNIQUE, NOT_UNIQUE_UNSEEN
from mailuo.records.running import Running
from mailuo.storage.declared import unique_groups

Values = Mapping[str, object]
Group = tuple[str, ...]


@dataclass(frozen=True)
class Uniqueness:
    """Compares records that are to be written with those that are there, and with each other.

    Only of fields that are `shown` to who writes it is said what they hold.
    """

    connection: Connection
    running: Running
    table: Table
    shown: Callable[[str], bool]

    def clashes(self, entries: Sequence[Values], own: str | None = None) -> list[list[Problem]]:
        """For each entry what of it is taken; `own` is the id of the record that is changed."""
        problems: list[list[Problem]] = [[] for _ in entries]
        for group in unique_groups(self.table):
            taken = self._taken(group, entries, own)
            for entry, wrong in zip(entries, problems, strict=True):
                bears = _bears(entry, group)
                if bears is None:
                    continue
                if bears in taken:
                    wrong.append(self._problem(group, entry))
                taken.add(bears)
        return problems

    def _taken(self, group: Group, entries: Sequence[Values], own: str | None) -> set[tuple[object, ...]]:
        """What records in the store bear of a group, as far as the entries could clash with it."""
        declared = self.running.tables[self.table.id]
        leading = list(_leading(group, entries))
        if not leading:
            return set()
        query = select(*(declared.fields[name] for name in group)).where(declared.fields[group[0]].in_(leading))
        if own is not None:
            query = query.where(declared.id != own)
        return {tuple(row) for row in self.connection.execute(query)}

    def _problem(self, group: Group, entry: Values) -> Problem:
        name = next(filter(self.shown, group), None)
        if name is None:
            return NOT_UNIQUE_UNSEEN()
        field = self.table.fields[name]
        return NOT_UNIQUE(field=field.id, title=field.title, found=str(entry[field.id])[:60])


def _bears(entry: Values, group: Group) -> tuple[object, ...] | None:
    """The entry's values of a group; None where one is blank, for blanks never clash."""
    values = tuple(entry.get(name) for name in group)
    return None if None in values else values


def _leading(group: Group, entries: Sequence[Values]) -> Iterator[object]:
    seen = set()
    for entry in entries:
        bears = _bears(entry, group)
        if bears is not None and bears[0] not in seen:
            seen.add(bears[0])
            yield bears[0]
