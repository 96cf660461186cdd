"""Identities: what a declared table, field, node or exit is, whatever it is called.

Pure: from the identities so far and the manifest to come, which stay, which are renamed, which go to the trash, which
are taken back out of it, and which are new. The number of an identity never changes; physical names are made of it.

Rows that say an id follow the identity's name. What lies in the trash keeps its name, for its rows stand under it, until
another identity takes that name: then it is set aside under a name that nobody can declare, `visit~12`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from mailuo.fields import Option
from mailuo.metadata.model import Field, Flow, Manifest

Kind = Literal["table", "field", "node", "exit", "option"]
Path = tuple[int | None, Kind, str]
State = Literal["new", "live", "trash"]
_LETTERS = {"table": "t", "field": "f", "node": "n", "exit": "n", "option": "o"}
_ASIDE = "~"  # stands in no id
NOTHING: Mapping[Path, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Identity:
    """One declared thing; `form` says how a field's values are stored (type, kind of column, places)."""

    number: int
    parent: int | None
    kind: Kind
    name: str
    form: str | None
    state: State
    since: datetime

    @property
    def physical(self) -> str:
        """The name of its SQL table or column."""
        return f"{_LETTERS[self.kind]}{self.number}"

    @property
    def declared(self) -> str:
        """The name by which it was declared, though it be set aside."""
        return self.name.partition(_ASIDE)[0]

    @property
    def aside(self) -> str:
        """The name under which it is set aside."""
        return f"{self.declared}{_ASIDE}{self.number}"

    @property
    def names(self) -> tuple[int | None, str]:
        """Among which names its own is one: rows speak of nodes and exits alike."""
        return self.parent, "node" if self.kind == "exit" else self.kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thing that the manifest declares."""

    kind: Kind
    name: str
    was: str | None
    form: str | None


@dataclass(frozen=True, slots=True)
class Identities:
    """All identities, those in the trash included; numbers up to `spent` are not given out, for something had them."""

    rows: tuple[Identity, ...] = ()
    spent: int = 0

    def live(self, parent: int | None, kind: Kind) -> Mapping[str, Identity]:
        """Those in force below a parent, by name."""
        return {row.name: row for row in self._below(parent, kind) if row.state == "live"}

    def names(self) -> dict[Path, int]:
        """Which number bears which name."""
        return {(row.parent, row.kind, row.name): row.number for row in self.rows if row.state == "live"}

    def table(self, name: str) -> Identity:
        """The live table of that name."""
        return self.live(None, "table")[name]

    def trashed(self, parent: int | None, wanted: Wanted) -> Identity | None:
        """The thing last thrown away that may be taken back for this one: same name, same form."""
        found = [
            row
            for row in self._below(parent, wanted.kind)
            if row.state == "trash" and (row.declared, row.form) == (wanted.name, wanted.form)
        ]
        return max(found, key=lambda row: (row.since, row.number), default=None)

    def _below(self, parent: int | None, kind: Kind) -> Iterator[Identity]:
        return (row for row in self.rows if row.parent == parent and row.kind == kind)


def form_of(field: Field) -> str:
    """How a field's values are stored: `money:money:2`; a computed field stores none."""
    column = field.type.column
    return f"{field.type.name}:{column.value if column else ''}:{field.type.places}"


def succeed(before: Identities, manifest: Manifest, now: datetime, then: Mapping[Path, int] = NOTHING) -> Identities:
    """The identities when the manifest is in force; numbers of new ones follow on those given out.

    `then` says, on the way back to an earlier revision, which identities bore which names in it.
    """
    return _Succession(before, now, then).run(manifest)


class _Succession:
    """One walk over the manifest, which gives each declared thing its identity."""

    def __init__(self, before: Identities, now: datetime, then: Mapping[Path, int]) -> None:
        self._before = before
        self._now = now
        self._then = then
        self._next = max(before.spent, *(row.number for row in before.rows), 0) + 1
        self._after = {row.number: row for row in before.rows}

    def run(self, manifest: Manifest) -> Identities:
        """The identities after the walk."""
        tables = [Wanted("table", table.id, table.was, None) for table in manifest.tables.values()]
        for table, number in zip(manifest.tables.values(), self._match(None, "table", tables), strict=True):
            fields = [Wanted("field", field.id, field.was, form_of(field)) for field in table.fields.values()]
            for field, parent in zip(table.fields.values(), self._match(number, "field", fields), strict=True):
                self._match(parent, "option", [Wanted("option", o.id, o.was, None) for o in options_of(field).values()])
            flow = table.flow or Flow({}, {}, None)
            self._match(number, "node", [Wanted("node", node.id, node.was, None) for node in flow.nodes.values()])
            self._match(number, "exit", [Wanted("exit", way.id, way.was, None) for way in flow.exits.values()])
        return Identities(tuple(self._set_aside()), self._before.spent)

    def _match(self, parent: int | None, kind: Kind, wanted: list[Wanted]) -> list[int]:
        live = self._before.live(parent, kind)
        names = {thing.name for thing in wanted}
        then = {name: self._then.get((parent, kind, name)) for name in names}
        borne = {name: number for name, number in then.items() if number in self._after}
        free = {name: row for name, row in live.items() if row.number not in borne.values()}
        kept = [self._one(parent, thing, free, names, borne.get(thing.name)) for thing in wanted]
        for row in live.values():
            if row.number not in kept:
                self._after[row.number] = replace(row, state="trash", since=self._now)
        return kept

    def _set_aside(self) -> Iterator[Identity]:
        """The identities; what lies in the trash under a name that another takes is set aside."""
        known = {row.number: row.name for row in self._before.rows}
        borne = {(row.parent, row.kind, row.name) for row in self._before.rows if row.state == "live"}
        taken = {
            (row.names, row.name)
            for row in self._after.values()
            if row.state == "live"
            and (known[row.number] != row.name if row.number in known else (row.parent, row.kind, row.name) not in borne)
        }
        for row in self._after.values():
            thrown = row.state == "trash" and (row.names, row.name) in taken
            yield replace(row, name=row.aside) if thrown else row

    def _one(
        self, parent: int | None, wanted: Wanted, live: Mapping[str, Identity], names: set[str], borne: int | None
    ) -> int:
        same = live.get(wanted.name) if borne is None else self._after[borne]
        if same is None and wanted.was is not None and wanted.was not in names:
            same = live.get(wanted.was)
        if same is None or not is_same_column(same.form, wanted.form):
            same = self._before.trashed(parent, wanted)
        if same is None:
            same = Identity(self._next, parent, wanted.kind, wanted.name, wanted.form, "new", self._now)
            self._next += 1
        since = same.since if same.state == "live" else self._now
        found = replace(same, name=wanted.name, form=wanted.form, state="live", since=since)
        self._after[found.number] = found
        return found.number


def options_of(field: Field) -> Mapping[str, Option]:
    """The declared options of a field that has some."""
    options = getattr(field.type, "choices", None)
    return options if isinstance(options, Mapping) else {}


def is_same_column(old: str | None, new: str | None) -> bool:
    """Whether values of both forms can lie in one column; all numbers lie in columns of six places."""
    if old is None or new is None:
        return old == new
    (_, old_kind, old_places), (_, new_kind, new_places) = old.split(":"), new.split(":")
    if old_kind == new_kind == "decimal":
        return int(new_places) >= int(old_places)
    return (old_kind, old_places) == (new_kind, new_places)


def is_stored(row: Identity) -> bool:
    """Whether a column belongs to it: to every node and exit, and to fields that are not computed."""
    return row.kind in ("node", "exit") or (row.form is not None and row.form.split(":")[1] != "")
