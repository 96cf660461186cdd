"""Changes: what the door to data tells the floor of flows, in the transaction of the change itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from sqlalchemy import Connection

from mailuo.records.actor import Actor
from mailuo.records.running import Running


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change: `old` is None at birth (`born`) and return, `new` when it goes to the trash.

    The values are those of the stored fields. A key that is still to be generated is blank at birth: its number is
    taken when all but the row itself is written. A quiet change tells nobody.
    """

    table: str
    record: str
    old: Mapping[str, object] | None
    new: Mapping[str, object] | None
    by: Actor
    at: datetime
    quiet: bool = False
    born: bool = False


class Births(Protocol):
    """New records that are about to be written."""

    @property
    def columns(self) -> Mapping[str, Mapping[str, object]]:
        """How their rows show their lines from the beginning, by record id; all name the same columns."""
        ...

    def follow(self) -> None:
        """Lets follow what does, once they are written."""
        ...


class FlowDoor(Protocol):
    """The floor of flows, as the door to data sees it."""

    def births(self, connection: Connection, running: Running, changes: Sequence[Change]) -> Births:
        """Lets follow from new records of one table what does not ask for their rows, which are written next."""
        ...

    def records_changed(self, connection: Connection, running: Running, changes: Sequence[Change]) -> None:
        """Lets timelines, clocks and alerts follow from the changes of one table; not from births."""
        ...


class Unfollowed:
    """New records from which nothing follows."""

    columns: Mapping[str, Mapping[str, object]] = MappingProxyType({})

    def follow(self) -> None:
        """Nothing follows."""


class NoFlow:
    """A floor of flows without flows: for tables alone."""

    def births(self, connection: Connection, running: Running, changes: Sequence[Change]) -> Births:
        """Nothing is known, and nothing follows."""
        return Unfollowed()

    def records_changed(self, connection: Connection, running: Running, changes: Sequence[Change]) -> None:
        """Nothing follows."""
