"""Scopes beyond a table's own: rows, counts and bodies that go by names of their own in rules and connectors."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mailuo.formulas.scope import Name, Scope
from mailuo.formulas.types import NUMBER, OUTSIDE, Kind, Type
from mailuo.metadata.names import Directory, TableScope

Path = tuple[str, ...]
_STEP = re.compile(r"[\w -]+")
_DEEPEST = 12


@dataclass(frozen=True)
class Row:
    """A row of a table: alone it is its key, which compares as a link does."""

    directory: Directory
    table: str

    def resolve(self, path: Path) -> Name | None:
        """The key of the row, or what a path names from there."""
        if not path:
            return Name((), Type(Kind.LINK, table=self.table))
        return TableScope(self.directory, self.table).resolve(path)

    def known(self, prefix: Path = ()) -> Sequence[str]:
        """The names that may follow."""
        return TableScope(self.directory, self.table).known(prefix)


@dataclass(frozen=True)
class Body:
    """What came from outside: any member may be asked for, or only those named."""

    only: tuple[str, ...] | None = None

    def resolve(self, path: Path) -> Name | None:
        """Any path of members; all of it alone."""
        fits = len(path) <= _DEEPEST and all(_STEP.fullmatch(step) for step in path)
        if not fits or self.only is not None and path[:1] not in [(each,) for each in self.only]:
            return None
        return Name(path, OUTSIDE)

    def known(self, prefix: Path = ()) -> Sequence[str]:
        """The members known beforehand."""
        return () if prefix or self.only is None else self.only


@dataclass(frozen=True)
class Value:
    """One value with a name: a count, the status of an answer, the present moment."""

    type: Type = NUMBER

    def resolve(self, path: Path) -> Name | None:
        """The value; it has no members."""
        return None if path else Name((), self.type, "system")

    def known(self, prefix: Path = ()) -> Sequence[str]:
        """Nothing."""
        return ()


Member = Row | Body | Value


@dataclass(frozen=True)
class Layers:
    """Named members over the plain names of one table, or over any names at all."""

    named: Mapping[str, Member] = field(default_factory=lambda: MappingProxyType({}))
    own: Scope | None = None
    noted: Callable[[str], None] | None = None
    """Told of each name that is taken from `own`."""

    def resolve(self, path: Path) -> Name | None:
        """What a path names; its first step leads to a member, or to the plain names."""
        if not path:
            return None
        member = self.named.get(path[0])
        found = member.resolve(path[1:]) if member is not None else None
        if found is not None:
            return replace(found, path=(path[0], *found.path))
        plain = self.own.resolve(path) if self.own is not None and (member is None or len(path) == 1) else None
        if plain is not None and self.noted is not None:
            self.noted(path[0])
        return plain

    def known(self, prefix: Path = ()) -> Sequence[str]:
        """The names that may follow."""
        if prefix and prefix[0] in self.named:
            return self.named[prefix[0]].known(prefix[1:])
        plain = self.own.known(prefix) if self.own is not None else ()
        return plain if prefix else (*self.named, *plain)

    def having(self, **more: Member) -> "Layers":
        """The same with further names."""
        return replace(self, named={**self.named, **more})

    def table_of(self, path: Path) -> str | None:
        """The table that the first step of a path leads into, if it is a row with a name."""
        member = self.named.get(path[0]) if path else None
        return member.table if isinstance(member, Row) else None
