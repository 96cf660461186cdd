"""Journals: what runs have done, step by step, as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from mailuo.automations.program import DONE, SKIPPED, Entry, Journal
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.prepared import Command, command

_STEP = system.run_step


def journal_of(connection: Connection, run: str) -> Journal:
    """The journal of a run."""
    query = select(_STEP.c.place, _STEP.c.state, _STEP.c.outcome, _STEP.c.attempts).where(_STEP.c.run == run)
    return {place: Entry(state, outcome or {}, attempts) for place, state, outcome, attempts in connection.execute(query)}


def lines_of(connection: Connection, runs: Sequence[str]) -> Mapping[str, list[Row[Any]]]:
    """The rows of runs, each in the order in which the steps were taken."""
    found: dict[str, list[Row[Any]]] = {run: [] for run in runs}
    query = select(_STEP).where(_STEP.c.run.in_(runs)).order_by(_STEP.c.run, _STEP.c.number, _STEP.c.place)
    for row in connection.execute(query):
        found[row.run].append(row)
    return found


def note(
    connection: Connection, run: str, place: str, action: str, entry: Entry, number: int, at: datetime,
    *, inputs: Mapping[str, Any] | None = None, error: str | None = None,
) -> None:  # fmt: skip
    """Writes what became of a step; what was written of it before is replaced."""
    values = {
        "action": action, "state": entry.state, "outcome": dict(entry.outcome), "attempts": entry.attempts,
        "error": error, "at": at, **({} if inputs is None else {"inputs": dict(inputs)}),
    }  # fmt: skip
    told = {"this_run": run, "this_place": place, **{f"to_{name}": value for name, value in values.items()}}
    if not _saying(tuple(values)).run(connection, told):
        insert_many(connection, _STEP, [{"run": run, "place": place, "number": number, **values}])


def _saying(names: tuple[str, ...]) -> Command:
    """The change of these columns of a step's line."""

    def make() -> Command:
        here = _STEP.c.run == bindparam("this_run"), _STEP.c.place == bindparam("this_place")
        return Command(update(_STEP).where(*here).values({name: bindparam(f"to_{name}", type_=_STEP.c[name].type) for name in names}))

    return command(_STEP, ("said", *names), make)


def forget_open(connection: Connection, run: str) -> None:
    """Forgets the steps of a run that did not come to an end, so that they are taken anew."""
    connection.execute(delete(_STEP).where(_STEP.c.run == run, _STEP.c.state.not_in((DONE, SKIPPED))))


def forget(connection: Connection, run: str, places: Collection[str]) -> None:
    """Forgets what became of the steps at these places of a run, so that they are taken anew."""
    connection.execute(delete(_STEP).where(_STEP.c.run == run, _STEP.c.place.in_(places)))
