"""The revision in force, made ready for use: an immutable object that is swapped whole when somebody publishes."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import Lock
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection

from mailuo.fields import Money
from mailuo.formulas import Context, WorkCalendar
from mailuo.metadata.model import Field, Manifest, Table
from mailuo.metadata.names import Directory, directory_of
from mailuo.records.actor import Actor
from mailuo.records.messages import UNKNOWN_TABLE, NoSuchThing
from mailuo.records.policy import Policy, TableAccess
from mailuo.storage.declared import DeclaredTable, physical
from mailuo.storage.revisions import identities

T = TypeVar("T")
_MOST_PREPARED = 2_000


class Calendars(Protocol):
    """Makes the working calendars of a manifest; the floor of flows knows how."""

    def __call__(self, manifest: Manifest) -> Mapping[str, WorkCalendar]: ...


class Watcher(Protocol):
    """What follows from changes on a floor above, in their own transaction."""

    def minds(self, connection: Connection, running: "Running", table: str) -> Set[str]:
        """The names of a table, fields, nodes or what the system keeps, of whose change it wants to be told."""
        ...

    def changed(self, connection: Connection, running: "Running", table: str, records: Sequence[str], now: datetime) -> None:
        """Lets follow what does where something that it minds has changed."""
        ...


class Nobody:
    """Minds nothing."""

    def minds(self, connection: Connection, running: "Running", table: str) -> Set[str]:
        """No names."""
        return frozenset()

    def changed(self, connection: Connection, running: "Running", table: str, records: Sequence[str], now: datetime) -> None:
        """Nothing follows."""


@dataclass(frozen=True)
class Running:
    """One published revision: declarations, SQL tables, policy, and what has been prepared for it so far."""

    number: int
    manifest: Manifest
    tables: Mapping[str, DeclaredTable]
    directory: Directory
    policy: Policy
    zone: ZoneInfo
    dialect: str
    calendars: Mapping[str, WorkCalendar]
    watcher: Watcher = field(default_factory=Nobody, compare=False)
    _prepared: dict[Hashable, Any] = field(default_factory=dict, compare=False)
    _making: Lock = field(default_factory=Lock, compare=False)

    @classmethod
    def load(
        cls,
        connection: Connection,
        number: int,
        manifest: Manifest,
        calendars: Calendars,
        watcher: Watcher,
    ) -> "Running":
        """The running object of a revision whose files made this manifest."""
        directory = directory_of(manifest)
        return cls(
            number=number,
            manifest=manifest,
            tables=physical(manifest, identities(connection)),
            directory=directory,
            policy=Policy(manifest, directory),
            zone=ZoneInfo(manifest.workspace.timezone),
            dialect=connection.dialect.name,
            calendars=calendars(manifest),
            watcher=watcher,
        )

    def context(self, now: datetime, actor: Actor | None = None, seen_at: datetime | None = None) -> Context:
        """What formulas are evaluated in: the moment, the zone, who asks, and when, where that is another moment."""
        return Context(
            now=now,
            zone=self.zone,
            me=actor.name if actor else None,
            calendars=self.calendars,
            calendar=self.manifest.workspace.calendar,
            seen_at=seen_at,
        )

    def access(self, actor: Actor, table: str) -> TableAccess:
        """What the actor may do in a table; refuses one that is not there, or not for the actor."""
        found = self.policy.access(actor).tables.get(table)
        if found is None:
            raise NoSuchThing(UNKNOWN_TABLE(found=table))
        return found

    def tell(
        self, connection: Connection, table: str, touched: Iterable[tuple[str, Set[str]]], now: datetime
    ) -> None:
        """Tells who minds it which names of which records of a table have changed."""
        minded = self.once(("minded", table), lambda: self.watcher.minds(connection, self, table))
        records = [record for record, names in touched if not minded.isdisjoint(names)] if minded else []
        if records:
            self.watcher.changed(connection, self, table, records, now)

    def key_column(self, table: str) -> Column[Any]:
        """The column by which other tables name this table's records."""
        key, declared = self.manifest.tables[table].key, self.tables[table]
        return declared.fields[key.field] if key else declared.id

    def money_at(self, table: str, path: Sequence[str]) -> Money | None:
        """The kind of money to which a path leads from a table; None for anything else."""
        *links, last = path
        for step in links:
            table = self.directory.link_target(table, step) or table
        field_ = self.manifest.tables[table].fields.get(last)
        return field_.type if field_ is not None and isinstance(field_.type, Money) else None

    def in_text(self, table: str, path: Sequence[str], value: object) -> object:
        """A value for the gap of a text: money has all its declared places there, everything else is as it is."""
        money = self.money_at(table, path) if isinstance(value, Decimal) and path else None
        return f"{value:.{money.places}f}" if money is not None else value

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes, made once for this revision; the oldest are forgotten when there are very many."""
        found = self._prepared.get(name)
        if found is None:
            found = make()
            with self._making:
                while len(self._prepared) >= _MOST_PREPARED:
                    self._prepared.pop(next(iter(self._prepared)))
                self._prepared[name] = found
        return cast(T, found)


def key_of(table: Table) -> Field | None:
    """The field that is the table's key, if it has one."""
    return table.fields[table.key.field] if table.key else None
