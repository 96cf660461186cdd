"""Writing: the changes of one transaction, with their checks, history, files, keys and what flows make of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from mailuo.base.ids import new_id
from mailuo.base.problems import Problem, Refusal
from mailuo.formulas import Context
from mailuo.metadata.model import Table
from mailuo.records.actor import Actor
from mailuo.records.attachments import Attachments, Sees
from mailuo.records.change import Change, FlowDoor
from mailuo.records.checks import Checks
from mailuo.records.entry import Entry, Reader
from mailuo.records.erasing import forget_beside, personal
from mailuo.records.history import Scribe, changed_since
from mailuo.records.keys import KeyMaker
from mailuo.records.links import use_problems
from mailuo.records.messages import LOST_RACE, NOT_PERMITTED, LostRace
from mailuo.records.policy import TableAccess
from mailuo.records.reading import Telling, added, reread
from mailuo.records.running import Running
from mailuo.records.standing import Finder, Standing
from mailuo.records.uniqueness import Uniqueness
from mailuo.storage import rows

Raw = Mapping[str, object]
Values = Mapping[str, object]


@dataclass(frozen=True)
class Manner:
    """How something is written: quietly (no message, no trigger), with keys that are brought along.

    A careful writing looks for what is taken before it writes; others leave that to the unique indexes.
    """

    quiet: bool = False
    brings_keys: bool = False
    careful: bool = False


LOUD = Manner()


@dataclass(frozen=True)
class Writing:
    """One actor's changes of one table in one transaction."""

    connection: Connection
    running: Running
    actor: Actor
    table_id: str
    now: datetime
    flow: FlowDoor
    sees: Sees
    manner: Manner = LOUD
    _echoes: dict[str, Telling] = field(default_factory=dict)
    """New records as the actor may see them, by id, as far as that is known already."""

    # Birth

    def born(self, raws: Sequence[Raw], *, echoed: bool = False) -> list[str]:
        """The ids of new records with these raw values, all or none; `echoed` where they are to be told then."""
        entries = self.read_new(raws)
        if self.manner.careful or any(entry.problems for entry in entries):
            for entry, taken in zip(entries, self.clashes(entries), strict=True):
                entry.problems += taken
        refuse_any(entries)
        return self.create([entry.values for entry in entries], echoed=echoed)

    def read_new(self, raws: Sequence[Raw]) -> list[Entry]:
        """The entries for new records, checked in every way but uniqueness."""
        if not self.access.creates:
            raise Refusal(NOT_PERMITTED())
        reader = self._birth_reader
        entries = [reader.read(raw) for raw in raws]
        checks = self._checks()
        checks.resolve([entry.values for entry in entries])
        for entry in entries:
            checks.fill(entry.values, entry.problems)
            entry.problems += checks.missing(reader, entry)
            entry.problems += checks.all(entry.values)
        return entries

    def clashes(self, entries: Sequence[Entry]) -> list[list[Problem]]:
        """For each entry what of it another record bears already."""
        uniqueness = Uniqueness(self.connection, self.running, self.table, self.access.gives)
        return uniqueness.clashes([entry.values for entry in entries])

    def create(self, values: Sequence[Values], *, echoed: bool = False) -> list[str]:
        """The ids of new records with these checked values. All but their rows is written before their keys are given."""
        fields = self.running.tables[self.table_id].fields
        born = [(new_id(), {name: each.get(name) for name in fields}) for each in values]
        changes = [self._change(record, None, each, born=True) for record, each in born]
        births = self.flow.births(self.connection, self.running, changes)
        self._scribe.events("created", [(record, 1) for record, _ in born])
        for record, each in born:
            self._attachments.hang(self.table, record, each, {})
        new = [{**self._row(record, each), **births.columns.get(record, {})} for record, each in born]
        if echoed and len(new) == 1:
            self._add_echoed(born[0], new[0])
        else:
            self._add(born, new)
        births.follow()
        return [record for record, _ in born]

    def _add(self, born: Sequence[tuple[str, Values]], new: Sequence[dict[str, object]]) -> None:
        self._give_keys(born, new)
        rows.add_many(self.connection, self.running.tables[self.table_id], new)

    def _add_echoed(self, born: tuple[str, Values], row: dict[str, object]) -> None:
        """Writes a new row by the statement that answers it, and makes its key, where there can be such a statement."""
        record, values = born
        maker, careful = self._key_maker, self.manner.careful or self.manner.brings_keys
        key = None if maker is None or careful else maker.awaited(values)
        if key is None:
            self._give_keys([born], [row])
        told = added(self.connection, self.running, self.actor, self.table_id, row, self.now, key)
        if told is not None:
            self._echoes[record] = told
            return
        if key is not None:
            self._give_keys([born], [row])
        rows.add_many(self.connection, self.running.tables[self.table_id], [row])

    def told(self, ids: Sequence[str]) -> Callable[[], list[dict[str, object]]]:
        """Records that were just written, as JSON in this order; of one that the actor may not see, its id.

        To be asked for when the transaction has ended, so that it can end sooner; or before, where the answer is kept in it.
        """
        if all(each in self._echoes for each in ids):
            return lambda: [self._echoes[each]() for each in ids]
        found = reread(self.connection, self.running, self.actor, self.table_id, ids, self.now)
        return lambda: found

    def _row(self, record: str, values: Values) -> dict[str, object]:
        declared = self.running.tables[self.table_id]
        fields = {column.name: values[name] for name, column in declared.fields.items()}
        created = {"created_at": self.now, "created_by": self.actor.name}
        updated = {"updated_at": self.now, "updated_by": self.actor.name}
        return {"id": record, "version": 1, **created, **updated, **fields}

    def _give_keys(self, born: Sequence[tuple[str, Values]], new: Sequence[dict[str, object]]) -> None:
        """Puts keys onto the rows of new records that brought none."""
        maker = self._key_maker
        if maker is None:
            return
        if self.manner.brings_keys:
            maker.lift(self.connection, [values for _, values in born])
        keys = maker.give(self.connection, born, careful=self.manner.careful)
        for row in new:
            if row["id"] in keys:
                row[maker.column] = keys[str(row["id"])]

    # Change

    def update(self, key: str, raw: Raw, if_match: int | None) -> str:
        """The id of a record whose sent fields now have these values; refuses when somebody else was faster."""
        standing = self._finder.standing(key)
        entry = self._reader(standing.access, birth=False).read(raw, standing.values)
        checks = self._checks(standing)
        checks.resolve([entry.values])
        changed = {name: value for name, value in entry.values.items() if value != standing.values[name]}
        after = {**standing.values, **entry.values}
        entry.problems += checks.missing(self._reader(standing.access, birth=False), entry)
        entry.problems += checks.touched(after, changed)
        if self.manner.careful or entry.problems:
            uniqueness = Uniqueness(self.connection, self.running, self.table, standing.access.shows)
            entry.problems += uniqueness.clashes([after], standing.id)[0]
        refuse_any([entry])
        self._check_race(standing, if_match, entry.values)
        if changed:
            self._change_fields(standing, changed, after)
        return standing.id

    def _check_race(self, standing: Standing, if_match: int | None, sent: Values) -> None:
        if if_match is None or if_match == standing.version:
            return
        ahead = if_match > standing.version
        lost = list(sent) if ahead else changed_since(self.connection, standing.id, if_match, sent)
        if lost:
            self._lose(lost)

    def _lose(self, names: Sequence[str]) -> None:
        titles = "、".join(self.table.fields[name].title for name in names)
        raise LostRace(LOST_RACE(field=names[0], titles=titles))

    def _change_fields(self, standing: Standing, changed: Values, after: Values) -> None:
        declared = self.running.tables[self.table_id]
        values = {declared.fields[name].name: value for name, value in changed.items()}
        stamps = {"updated_at": self.now, "updated_by": self.actor.name}
        if not rows.change(self.connection, declared, standing.id, standing.version, values | stamps):
            self._lose(list(changed))
        self._scribe.changes(standing.id, standing.version + 1, standing.values, changed)
        self._attachments.hang(self.table, standing.id, changed, standing.values)
        self._follow([self._change(standing.id, standing.values, after)])

    # Trash

    def delete(self, key: str, if_match: int | None = None) -> str:
        """The id of a record that is now in the trash; refuses while others point to it, and a lost race."""
        standing = replace(self._finder, alone=True).standing(key)
        if not standing.access.deletes:
            raise Refusal(NOT_PERMITTED())
        if if_match not in (None, standing.version):
            raise LostRace(LOST_RACE(titles=self.table.title))
        used = use_problems(self.connection, self.running, self.table_id, standing.key)
        if used:
            raise Refusal(*used)
        declared = self.running.tables[self.table_id]
        rows.trash(self.connection, declared, standing.id, standing.version, self.now, self.actor.name)
        self._scribe.events("deleted", [(standing.id, standing.version + 1)])
        self._follow([self._change(standing.id, standing.values, None)])
        return standing.id

    def restore(self, key: str) -> str:
        """The id of a record that is back out of the trash."""
        standing = replace(self._finder, trashed=True).standing(key)
        if not standing.access.deletes:
            raise Refusal(NOT_PERMITTED())
        checks = self._checks(standing)
        checks.resolve([dict(standing.values)])
        refuse_any([Entry(problems=checks.links(standing.values))])
        declared = self.running.tables[self.table_id]
        rows.restore(self.connection, declared, standing.id, standing.version, self.now, self.actor.name)
        self._scribe.events("restored", [(standing.id, standing.version + 1)])
        self._follow([self._change(standing.id, None, standing.values)])
        return standing.id

    def erase(self, key: str) -> str:
        """The id of a record that holds no personal data any more, and of which nothing else does."""
        standing = self._finder.standing(key)
        declared, names = self.running.tables[self.table_id], personal(self.table)
        stamps = {"updated_at": self.now, "updated_by": self.actor.name}
        values: Values = {declared.fields[name].name: None for name in names}
        rows.change(self.connection, declared, standing.id, standing.version, {**values, **stamps})
        forget_beside(self.connection, self.table, standing, names)
        self._scribe.events("erased", [(standing.id, standing.version + 1)])
        after = {**standing.values, **dict.fromkeys(names)}
        self._follow([self._change(standing.id, standing.values, after)])
        return standing.id

    # What all of them use

    @cached_property
    def table(self) -> Table:
        """The declared table."""
        return self.running.manifest.tables[self.table_id]

    @cached_property
    def access(self) -> TableAccess:
        """What the actor may do in the table at all."""
        return self.running.access(self.actor, self.table_id)

    @property
    def _key_maker(self) -> KeyMaker | None:
        return self.running.once(("keys", self.table_id), lambda: (KeyMaker.of(self.running, self.table),))[0]

    @cached_property
    def _context(self) -> Context:
        return self.running.context(self.now, self.actor)

    @cached_property
    def _attachments(self) -> Attachments:
        return Attachments(self.connection, self.actor, self.sees)

    @cached_property
    def _scribe(self) -> Scribe:
        return Scribe(self.connection, self.running, self.table_id, self.actor, self.now)

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.connection, self.running, self.actor, self.table_id, self.now, hold=True)

    @property
    def _birth_reader(self) -> Reader:
        """What reads new records of this kind of actor; kept, for it remembers what each field allows."""
        who = None if self.actor.sees_everything else frozenset(self.actor.roles)
        name = ("reader", who, self.actor.kind == "system", self.table_id, self.manner.brings_keys)
        return self.running.once(name, lambda: self._reader(self.access, birth=True))

    def _reader(self, access: TableAccess, *, birth: bool) -> Reader:
        system = self.actor.kind == "system"
        return Reader(self.running, self.table, access, birth, self.manner.brings_keys, system)

    def _checks(self, standing: Standing | None = None) -> Checks:
        record = standing.id if standing else None
        return Checks(self.connection, self.running, self.actor, self.table, self._context, self._attachments, record)

    def _change(self, record: str, old: Values | None, new: Values | None, *, born: bool = False) -> Change:
        return Change(self.table_id, record, old, new, self.actor, self.now, self.manner.quiet, born)

    def _follow(self, changes: Sequence[Change]) -> None:
        self.flow.records_changed(self.connection, self.running, changes)


def refuse_any(entries: Sequence[Entry]) -> None:
    """Refuses with everything that is wrong with any of the entries."""
    problems = list(_placed(entries))
    if problems:
        raise Refusal(*problems)


def _placed(entries: Sequence[Entry]) -> Iterator[Problem]:
    for place, entry in enumerate(entries):
        for problem in entry.problems:
            yield replace(problem, path=f"records[{place}]") if len(entries) > 1 else problem
