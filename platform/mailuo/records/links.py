"""Links: that what a record points to is there, for this actor, and that nothing points to what is deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select

from mailuo.base.problems import Problem
from mailuo.fields import Link
from mailuo.formulas import Context
from mailuo.metadata.model import Table
from mailuo.records.actor import Actor
from mailuo.records.messages import IN_USE, UNKNOWN_LINK
from mailuo.records.reach import Reach, named
from mailuo.records.running import Running
from mailuo.records.several import among, given
from mailuo.storage.prepared import Prepared


@dataclass(frozen=True)
class LinkCheck:
    """Looks up the targets of links, for any number of records at once."""

    connection: Connection
    running: Running
    actor: Actor
    context: Context

    def keys(self, table: Table, entries: Sequence[Mapping[str, object]]) -> Mapping[str, Mapping[str, str]]:
        """For each link field: what was given → the target's key; what is not there, or not visible, is missing."""
        found = {}
        for field in table.fields.values():
            if isinstance(field.type, Link):
                wanted = {str(entry[field.id]) for entry in entries if entry.get(field.id) is not None}
                if wanted:
                    found[field.id] = self._targets(field.type.to, sorted(wanted))
        return found

    def _targets(self, table: str, wanted: Sequence[str]) -> dict[str, str]:
        if table not in self.running.policy.access(self.actor).tables:
            return {}
        found = self._by(table, "key", wanted)
        ids = [each for each in wanted if each not in found and is_id(each)]
        return found | (self._by(table, "id", ids) if ids else {})

    def _by(self, table: str, what: str, wanted: Sequence[str]) -> dict[str, str]:
        who = None if self.actor.sees_everything else frozenset(self.actor.roles)
        statement = self.running.once(("targets", who, table, what), lambda: self._statement(table, what))
        values = {"keys": given(wanted, self.running.dialect), **named(self.actor, self.context.now)}
        return {str(row[0]): str(row[1]) for row in statement.run(self.connection, values)}

    def _statement(self, table: str, what: str) -> Prepared:
        key, declared = self.running.key_column(table), self.running.tables[table]
        sought = key if what == "key" else declared.id
        reach = Reach.of(self.running, table, self.context)
        seen = reach.visible(self.running.access(self.actor, table))
        query = select(sought.label("sought"), key.label("key")).where(
            among(sought, "keys", self.running.dialect), *seen
        )
        if self.running.dialect == "postgresql":
            query = query.with_for_update(read=True, key_share=True, of=declared.table)  # nobody deletes it meanwhile
        return Prepared(query, self.connection.dialect)


def link_problems(
    running: Running, table: Table, values: Mapping[str, object], found: Mapping[str, Mapping[str, str]]
) -> list[Problem]:
    """What is wrong with the links of one record."""
    problems = []
    for name, keys in found.items():
        value, type_ = values.get(name), table.fields[name].type
        if value is not None and str(value) not in keys and isinstance(type_, Link):
            problems.append(
                UNKNOWN_LINK(field=name, found=str(value)[:60], table=running.manifest.tables[type_.to].title)
            )
    return problems


def use_problems(connection: Connection, running: Running, table: str, key: str) -> list[Problem]:
    """The problems that live records of other tables still point to a record, and may not outlive it."""
    problems = []
    for other, link in _pointing(running, table):
        declared = running.tables[other.id]
        query = (
            select(func.count())
            .select_from(declared.table)
            .where(declared.fields[link] == key, declared.deleted_at.is_(None))
        )
        count = connection.scalar(query)
        if count:
            problems.append(IN_USE(table=other.title, count=count))
    return problems


def _pointing(running: Running, table: str) -> Iterable[tuple[Table, str]]:
    for other in running.manifest.tables.values():
        for field in other.fields.values():
            if isinstance(field.type, Link) and field.type.to == table and not field.type.outlives:
                yield other, field.id


def is_id(text: str) -> bool:
    """Whether a text looks like a record's id."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
