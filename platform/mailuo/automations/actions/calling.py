"""Calling: a call that a step wants to be made, as a row for those who make it; the run waits for what comes of it."""

from typing import Any

from sqlalchemy import Row, insert, select

from mailuo.automations.actions.acting import Acting, Outcome
from mailuo.automations.filling import Filling
from mailuo.automations.members import OutsideMember
from mailuo.base.ids import new_id
from mailuo.formulas.outside import member
from mailuo.metadata.automation import Call
from mailuo.storage import system

OK = "ok"
ENDED = (OK, "dead", "dropped")
"""The states in which nothing more comes of a call."""
_CALL = system.call


def call(acting: Acting, deed: Call) -> Outcome:
    """Writes the call down."""
    filling = Filling(acting.members, deed.values.values())
    values = {name: value for name, each in deed.values.items() if (value := filling.json(each)) is not None}
    inputs = {"connector": deed.connector, "operation": deed.operation, "with": values}
    if acting.trial:
        blank = (deed.name, OutsideMember(None)) if deed.name else None
        return Outcome(inputs, {"would_call": True}, blank)
    row = {
        "id": new_id(), "connector": deed.connector, "operation": deed.operation, "run": acting.run.id, "step": acting.place,
        "table": acting.run.table, "record": acting.run.record or None, "values": values, "state": "waiting",
        "at": acting.now, "due_at": acting.now, "revision": acting.run.revision,
    }  # fmt: skip
    acting.connection.execute(insert(_CALL), row)
    return Outcome(inputs, {"call": row["id"]}, waits=True)


def answer_of(acting: Acting, deed: Call, call_id: str) -> tuple[Row[Any] | None, Outcome]:
    """The call's row, once nothing more comes of it, and what later steps may name of its answer."""
    row = acting.connection.execute(select(_CALL).where(_CALL.c.id == call_id)).first()
    if row is None or row.state not in ENDED:
        return None, Outcome()
    connector = acting.running.manifest.connectors.get(deed.connector)
    operation = connector.operations.get(deed.operation) if connector is not None else None
    result: Any = row.answer
    if operation is not None and operation.result:
        result = {name: member(row.answer, path) for name, path in operation.result.items()}
    told = {"call": call_id, "state": row.state, "status": row.status}
    return row, Outcome({}, told, (deed.name, OutsideMember(result)) if deed.name else None)
