"""Access: what somebody with certain roles may do, table by table; the rights of several roles add up per row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mailuo.fields import FieldType, Link
from mailuo.formulas import Formula
from mailuo.metadata.model import Manifest, Table
from mailuo.records.policy.rights import Right, Sight


@dataclass(frozen=True)
class TableAccess:
    """What an actor may do in one table. Without rights (`None`) nothing is refused: the admin's and the system's."""

    table: Table
    rights: tuple[Right, ...] | None

    @cached_property
    def sees_all_rows(self) -> bool:
        """Whether every row can be seen."""
        return self.rights is None or any(right.see is True for right in self.rights)

    @cached_property
    def sees(self) -> bool:
        """Whether any row might be seen."""
        return self.rights is None or any(right.see is not False for right in self.rights)

    @cached_property
    def row_conditions(self) -> tuple[Formula, ...]:
        """Formulas of which one must hold for a row to be seen; meaningless where all rows are."""
        return tuple(right.see for right in self.rights or () if not isinstance(right.see, bool))

    @cached_property
    def _seeing(self) -> tuple[Right, ...]:
        return tuple(right for right in self.rights or () if right.see is not False)

    @cached_property
    def conditional(self) -> tuple[Right, ...]:
        """The rights that hold in some rows only, in the order of the flags that `in_row` takes."""
        return tuple(right for right in self._seeing if right.see is not True)

    @cached_property
    def varies(self) -> bool:
        """Whether what may be seen or changed differs from row to row."""
        return len(self._seeing) > 1 and bool(self.conditional)

    def in_row(self, flags: Iterable[object]) -> "TableAccess":
        """The access within a row in which these of the conditional rights hold."""
        holding = {right.role for right, flag in zip(self.conditional, flags, strict=True) if flag}
        return TableAccess(
            self.table, tuple(right for right in self._seeing if right.see is True or right.role in holding)
        )

    def sight(self, field: str) -> Sight:
        """The most that is seen of a field in any row; nodes, exits and system fields are always shown."""
        return Sight.SHOWN if self.rights is None else self._sights.get(field, Sight.SHOWN)

    def shows(self, field: str) -> bool:
        """Whether the field is shown whole in some row."""
        return self.sight(field) is Sight.SHOWN

    @cached_property
    def _sights(self) -> Mapping[str, Sight]:
        every = {field: [right.sight(field) for right in self.rights or ()] for field in self.table.fields}
        return {field: max(seen, key=lambda sight: sight.value, default=Sight.HIDDEN) for field, seen in every.items()}

    @cached_property
    def readable(self) -> tuple[str, ...]:
        """The fields of which something is seen in some row, in their order."""
        return tuple(field for field in self.table.fields if self.sight(field) is not Sight.HIDDEN)

    def asks(self, field: str) -> bool:
        """Whether the field may be filtered, sorted, grouped and searched: shown in every row that can be seen."""
        if self.rights is None or field not in self.table.fields:
            return True
        everywhere = [right for right in self._seeing if right.see is True]
        if any(field in right.shown for right in everywhere):
            return True
        return bool(self._seeing) and all(field in right.shown for right in self._seeing)

    def showing(self, *fields: str) -> "TableAccess":
        """The access to the rows in which these fields are shown."""
        own = [field for field in fields if field in self.table.fields]
        if self.rights is None or not own:
            return self
        return TableAccess(self.table, tuple(right for right in self.rights if right.shown.issuperset(own)))

    def changes(self, field: str) -> bool:
        """Whether some right lets the field be changed."""
        return self.rights is None or any(field in right.change for right in self._seeing)

    def gives(self, field: str) -> bool:
        """Whether the field may be given a value when a record is made."""
        return self.rights is None or field in self._given

    @cached_property
    def _given(self) -> frozenset[str]:
        return frozenset().union(*(right.shown for right in self.rights or () if right.create))

    @cached_property
    def creates(self) -> bool:
        """Whether records may be made."""
        return self.rights is None or any(right.create for right in self.rights)

    @cached_property
    def deletes(self) -> bool:
        """Whether some right lets records be deleted."""
        return self.rights is None or any(right.delete for right in self._seeing)


@dataclass(frozen=True)
class Access:
    """What an actor may do in the whole workspace; a table without a right is not there for the actor."""

    manifest: Manifest
    tables: Mapping[str, TableAccess]

    def reads(self, table: str) -> bool:
        """Whether any row of the table might be seen."""
        return table in self.tables and self.tables[table].sees

    def asks(self, table: str, path: tuple[str, ...]) -> bool:
        """Whether a path of ids, through links perhaps, may stand in a question about a table."""
        end = self._end(table, path)
        return end is not None and self.tables[end].asks(path[-1])

    def masks(self, table: str, path: tuple[str, ...]) -> FieldType | None:
        """The type of what a path leads to, where it is seen, but masked."""
        end = self._end(table, path)
        if end is None or self.tables[end].sight(path[-1]) is not Sight.MASKED:
            return None
        return self.manifest.tables[end].fields[path[-1]].type

    def _end(self, table: str, path: tuple[str, ...]) -> str | None:
        """The table in which a path ends, if the links on the way may be asked about."""
        for step in path[:-1]:
            if not (self.reads(table) and self.tables[table].asks(step)):
                return None
            link = self.manifest.tables[table].fields[step].type
            if not isinstance(link, Link):
                return None
            table = link.to
        return table if self.reads(table) else None
