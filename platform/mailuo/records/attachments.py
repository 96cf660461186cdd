"""Attachments: who may put a file into a record, who may see it, and where it hangs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from mailuo.base.problems import Problem
from mailuo.fields import File
from mailuo.metadata.model import Table
from mailuo.records.actor import Actor
from mailuo.records.messages import FILE_TOO_LARGE, NOT_ACCEPTED, UNKNOWN_FILE, NoSuchThing
from mailuo.records.policy import Sight
from mailuo.records.running import Running
from mailuo.records.standing import Finder
from mailuo.storage import files
from mailuo.storage.files import StoredFile

MEGABYTE = 1024 * 1024
Sees = Callable[[str, str, str], bool]
"""Whether the actor sees (table, record, place)."""


@dataclass(frozen=True)
class Attachments:
    """The files of one transaction or question; `sees` is asked where a file hangs already."""

    connection: Connection
    actor: Actor
    sees: Sees
    _fields: dict[str, Sequence[str]] = field(default_factory=dict)
    """The fields that hold files, by table."""

    def visible(self, file_id: str) -> StoredFile | None:
        """The file, if the actor may see it: its uploader while nobody holds it, then who sees a holder."""
        found = files.find(self.connection, [file_id]).get(file_id)
        return found if found and self._may_see(found) else None

    def problems(self, table: Table, values: Mapping[str, object]) -> list[Problem]:
        """What is wrong with the files that these values name."""
        wrong = []
        for name, file_id in self._files_in(table, values):
            problem = self._problem(table.fields[name].type, name, file_id)
            if problem:
                wrong.append(problem)
        return wrong

    def hang(self, table: Table, record: str, values: Mapping[str, object], old: Mapping[str, object]) -> None:
        """Notes where files hang now, and where they no longer do."""
        for name, file_id in self._files_in(table, {name: old.get(name) for name in values}):
            files.detach(self.connection, file_id, record, f"field:{name}")
        for name, file_id in self._files_in(table, values):
            files.attach(self.connection, file_id, table.id, record, f"field:{name}")

    def _files_in(self, table: Table, values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        names = self._fields.get(table.id)
        if names is None:
            names = [each.id for each in table.fields.values() if isinstance(each.type, File)]
            self._fields[table.id] = names
        for name in names:
            value = values.get(name)
            if value is not None:
                yield name, str(value)

    def _problem(self, type_: object, name: str, file_id: str) -> Problem | None:
        held = self.visible(file_id)
        if held is None or not isinstance(type_, File):
            return UNKNOWN_FILE(field=name, found=file_id)
        if not type_.accepts(held.type):
            return NOT_ACCEPTED(field=name, name=held.name, type=held.type, accepted=_listed(type_.accept))
        if held.size > type_.max_bytes:
            return FILE_TOO_LARGE(field=name, name=held.name, most=type_.max_bytes // MEGABYTE)
        return None

    def _may_see(self, held: StoredFile) -> bool:
        if self.actor.sees_everything:
            return True
        if not held.attached:
            return held.uploaded_by == self.actor.id
        return any(self.sees(*use) for use in files.uses(self.connection, held.id))


def sight_of(connection: Connection, running: Running, actor: Actor, now: datetime) -> Sees:
    """What tells whether the actor sees a place of a record: the field, or a claim or dispute of a record that it sees."""

    def sees(table: str, record: str, place: str) -> bool:
        kind, _, name = place.partition(":")
        if table not in running.policy.access(actor).tables or kind not in ("field", "claim", "dispute"):
            return False
        try:
            standing = Finder(connection, running, actor, table, now).standing(record)
        except NoSuchThing:
            return False
        return kind != "field" or standing.access.sight(name) is Sight.SHOWN

    return sees


def _listed(accepted: Sequence[str]) -> str:
    return ", ".join(accepted)
