"""Making: a row that a step creates, or finds again because an earlier run made it, and then changes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, delete, insert, or_, select

from mailuo.automations.actions.acting import Acting, Outcome
from mailuo.automations.actions.rows import change, having, same
from mailuo.automations.filling import Filling
from mailuo.automations.likeness import likeness
from mailuo.automations.members import RowMember
from mailuo.base.problems import Refusal
from mailuo.fields import Choice
from mailuo.metadata.automation import Create, Step
from mailuo.metadata.model import Table
from mailuo.storage import system

_MADE = system.made
STATE, VOID = "state", "void"


def create_row(acting: Acting, deed: Create) -> Outcome:
    """Makes a row; with `match` the one that an earlier run made is changed instead, and the difference told."""
    initially = deed.initially or {}
    filling = Filling(acting.members, [*deed.values.values(), *initially.values()])
    values = filling.values(deed.values)
    found, made = _found_or_made(acting, deed, values, {**values, **filling.values(initially)})
    if made:
        told = {"table": deed.table, "record": acting.key(deed.table, found), "id": found, "made": True}
    else:
        told = {**change(acting, deed.table, found, {**values, **_revived(acting, deed, found)}, deed.values), "made": False}
    if deed.match and acting.run.record:
        _remember(acting, deed, found)
    return Outcome({"set": values}, {"rows": [told]}, (deed.name, RowMember(deed.table, found)) if deed.name else None)


def _found_or_made(acting: Acting, deed: Create, values: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, bool]:
    """The row that is meant, and whether it was made now; where somebody made it a moment ago, that one."""
    found = _found(acting, deed, values) if deed.match else None
    if found is not None:
        return found, False
    try:
        return acting.writing(deed.table).born([new])[0], True
    except Refusal:
        found = _found(acting, deed, values) if deed.match else None
        if found is None:
            raise
        return found, False


def void_vanished(acting: Acting, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """What became of rows that earlier runs made for the record and neither this nor a later one did: void, where they can be.

    Rows of a table in which the rule makes none any more are left alone.
    """
    tables = {step.deed.table for step in steps if isinstance(step.deed, Create) and step.deed.match}
    if not tables or not acting.run.record:
        return []
    mine = _MADE.c.automation == acting.run.automation, _MADE.c.record == acting.run.record, _MADE.c.table.in_(tables)
    kept = select(_MADE.c.row).where(*mine, _MADE.c.run >= acting.run.id)  # also by a later run, where this one is replayed
    rows = select(_MADE.c.table, _MADE.c.row).where(*mine, _MADE.c.row.not_in(kept)).distinct().order_by(_MADE.c.row)
    return list(_voided(acting, acting.connection.execute(rows).all()))


def _voided(acting: Acting, rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        table = acting.running.manifest.tables.get(row.table)
        if table is None or not can_be_void(table):
            continue
        declared = acting.running.tables[row.table]
        there = declared.id == row.row, declared.deleted_at.is_(None)
        if acting.connection.scalar(select(declared.fields[STATE]).where(*there)) not in (None, VOID):
            yield {**change(acting, row.table, row.row, {STATE: VOID}, {}), "void": True}


def can_be_void(table: Table) -> bool:
    """Whether rows of a table have a state in which they count no longer."""
    state = table.fields.get(STATE)
    return state is not None and isinstance(state.type, Choice) and VOID in state.type.choices


def _found(acting: Acting, deed: Create, values: Mapping[str, object]) -> str | None:
    """The row that is meant: one that an earlier run made, wherever the step stood then, else one that no other may be like.

    What another step of this run has made or kept is that step's. Of several, the one that a step written alike made is
    meant, else the oldest.
    """
    wanted = {name: values.get(name) for name in deed.match}
    declared = acting.running.tables[deed.table]
    mine = _MADE.c.automation == acting.run.automation, _MADE.c.record == acting.run.record
    here = _MADE.c.step == acting.path
    alike = or_(_MADE.c.deed == likeness(deed), and_(_MADE.c.deed.is_(None), here))
    query = select(declared.id).join(_MADE, _MADE.c.row == declared.id).where(*mine, or_(here, _MADE.c.run != acting.run.id))
    query = query.where(declared.deleted_at.is_(None), same(acting, declared, deed.table, wanted))
    known = acting.connection.scalars(query.order_by(case((alike, 0), else_=1), declared.id).limit(1)).first()
    if known is None and is_unique(acting.running.manifest.tables[deed.table], deed.match):
        known = next(iter(having(acting, deed.table, wanted)), None)
    return None if known is None else str(known)


def is_unique(table: Table, match: Sequence[str]) -> bool:
    """Whether no two rows of a table may have all these fields alike."""
    names = set(match)
    if table.key is not None and table.key.field in names:
        return True
    return any(
        each.id in names and (each.unique or bool(each.unique_with) and names.issuperset(each.unique_with))
        for each in table.fields.values()
    )


def _revived(acting: Acting, deed: Create, row: str) -> dict[str, object]:
    """The state of a row that was void and is made again, where the step itself says none."""
    table = acting.running.manifest.tables[deed.table]
    if not can_be_void(table) or STATE in deed.values:
        return {}
    declared = acting.running.tables[deed.table]
    if acting.connection.scalar(select(declared.fields[STATE]).where(declared.id == row)) != VOID:
        return {}
    given = (deed.initially or {}).get(STATE)
    usual = Filling(acting.members, [given]).raw(given) if given is not None else table.fields[STATE].default
    return {STATE: usual}


def _remember(acting: Acting, deed: Create, row: str) -> None:
    run = acting.run
    which = {"automation": run.automation, "record": run.record, "row": row}
    acting.connection.execute(delete(_MADE).where(*(_MADE.c[name] == value for name, value in which.items())))
    line = {**which, "step": acting.path, "table": deed.table, "run": run.id, "deed": likeness(deed)}
    acting.connection.execute(insert(_MADE), line)
