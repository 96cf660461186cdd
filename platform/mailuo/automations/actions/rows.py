"""Rows: what changes, and what a step reports of it: from what to what."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, select

from mailuo.automations.actions.acting import Acting, Outcome
from mailuo.automations.filling import Filling
from mailuo.automations.members import RowMember
from mailuo.base.problems import Problem, Refusal
from mailuo.fields.tags import read_words
from mailuo.metadata.automation import Delete, Set, Update
from mailuo.metadata.given import Add, Given
from mailuo.storage.declared import DeclaredTable

Raw = dict[str, object]
MOST_ROWS = 10_000
"""The most rows that one step changes."""


def set_fields(acting: Acting, deed: Set) -> Outcome:
    """Changes the record that started the run."""
    values = Filling(acting.members, deed.values.values()).values(deed.values)
    changed = change(acting, deed.table, acting.run.record, values, deed.values)
    return Outcome({"set": values}, {"rows": [changed]})


def update_rows(acting: Acting, deed: Update) -> Outcome:
    """Changes the rows that the step names."""
    given = [*deed.values.values(), deed.record, *(deed.match or {}).values()]
    filling = Filling(acting.members, given)
    ids = _meant(acting, filling, deed)
    values = filling.values(deed.values)
    told = [change(acting, deed.table, each, values, deed.values) for each in ids[:MOST_ROWS]]
    found = RowMember(deed.table, ids[0] if ids else None)
    told_of = {"table": deed.table, "rows": told}
    return Outcome({"set": values}, told_of, (deed.name, found) if deed.name else None)


def delete_rows(acting: Acting, deed: Delete) -> Outcome:
    """Moves rows to the trash."""
    filling = Filling(acting.members, [deed.record])
    told = []
    for each in _meant(acting, filling, deed)[:MOST_ROWS]:
        told.append({"table": deed.table, "record": acting.key(deed.table, each), "id": each})
        acting.writing(deed.table).delete(each)
    return Outcome({}, {"table": deed.table, "deleted": told})


def change(
    acting: Acting, table: str, record: str, values: Mapping[str, object], given: Mapping[str, Given]
) -> dict[str, Any]:
    """What became of one row: the fields that are different now, each with what it was and is."""
    fields, zone = acting.running.manifest.tables[table].fields, acting.running.zone
    before = standing_values(acting, table, record, tuple(values))
    raw = {name: _joined(before[name], value) if isinstance(given.get(name), Add) else value for name, value in values.items()}
    acting.writing(table).update(record, raw, None)
    after = standing_values(acting, table, record, tuple(values))
    changes = {
        name: {"from": _json(fields[name].type, before[name], zone), "to": _json(fields[name].type, after[name], zone)}
        for name in values
        if before[name] != after[name]
    }
    return {"table": table, "record": acting.key(table, record), "id": record, "changes": changes}


def standing_values(acting: Acting, table: str, record: str, names: tuple[str, ...]) -> dict[str, object]:
    """What stored fields of a row hold now."""
    declared = acting.running.tables[table]
    columns = (declared.fields[name].label(f"c{place}") for place, name in enumerate(names))
    row = acting.connection.execute(select(declared.id, *columns).where(declared.id == record)).first()
    return dict(zip(names, row[1:], strict=True)) if row is not None else dict.fromkeys(names)


def having(acting: Acting, table: str, values: Mapping[str, object]) -> list[str]:
    """The ids of the rows whose fields hold these raw values."""
    declared = acting.running.tables[table]
    query = select(declared.id).where(same(acting, declared, table, values), declared.deleted_at.is_(None))
    return list(acting.connection.scalars(query.order_by(declared.id)))


def same(acting: Acting, declared: DeclaredTable, table: str, values: Mapping[str, object]) -> Any:
    """That fields of a row hold these raw values; blank is like blank. Refuses values that no such field can hold."""
    fields, zone = acting.running.manifest.tables[table].fields, acting.running.zone
    wanted = {name: fields[name].type.parse(value, zone) for name, value in values.items()}
    wrong = [replace(value, field=name) for name, value in wanted.items() if isinstance(value, Problem)]
    if wrong:
        raise Refusal(*wrong)
    return and_(*(declared.fields[name].is_not_distinct_from(value) for name, value in wanted.items()))


def _meant(acting: Acting, filling: Filling, deed: Update | Delete) -> list[str]:
    """The ids of the rows that a step means; the record itself where it names none."""
    if deed.where is not None:
        return acting.members.rows(deed.table, deed.where)
    if isinstance(deed, Update) and deed.match is not None:
        return having(acting, deed.table, filling.values(deed.match))
    if deed.record is not None:
        key = filling.text(deed.record)
        return [acting.standing(deed.table, key).id] if key else []
    return [acting.run.record]


def _joined(held: object, more: object) -> object:
    """The tags that a field holds, and those put to them."""
    added = () if more is None else read_words(more)
    if not isinstance(added, tuple):
        return more
    old = held if isinstance(held, tuple) else ()
    return list(dict.fromkeys((*old, *added)))


def _json(type_: Any, value: object, zone: Any) -> object:
    return None if value is None else type_.to_json(value, zone)
