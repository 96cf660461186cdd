"""Starting: the rows of new runs: each cause once, chains of consequences followed, and cut where they go in circles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from mailuo.automations.members import Members, member_of
from mailuo.automations.messages import AGAIN_AND_AGAIN, TOO_DEEP, TOO_MANY
from mailuo.automations.programs import program_of
from mailuo.automations.triggers import Start
from mailuo.base.ids import new_id
from mailuo.base.problems import Problem
from mailuo.base.reasons import kept
from mailuo.flow.event import Cause
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

MOST_DEPTH = 16
MOST_AGAIN = 3
MOST_IN_CHAIN = 10_000
_RUN = system.run
_CHUNK = 500


@dataclass(frozen=True)
class Starting:
    """Begins runs in one transaction."""

    connection: Connection
    running: Running
    now: datetime

    def begin(
        self, start: Start, table: str | None, records: Sequence[str], *, cause: Cause | None = None, actor: str | None = None,
        otherwise: Problem | None = None,
    ) -> list[str]:  # fmt: skip
        """The ids of the new runs, one a record (an empty one where there is none): only where the condition holds.

        What was begun for the same cause before is not begun again. With `otherwise` there is a run also where the
        condition does not hold: one that stopped at once, and says this.
        """
        begun = self._begun(start, records)
        rows = []
        for record in records:
            if record not in begun:
                if self._holds(start, table, record):
                    rows.append(self._row(start, table, record, cause, actor))
                elif otherwise is not None:
                    said = {"state": "stopped", "error": kept(otherwise), "finished_at": self.now}
                    rows.append({**self._row(start, table, record, cause, actor), **said})
        insert_many(self.connection, _RUN, rows)
        return [str(row["id"]) for row in rows]

    def _begun(self, start: Start, records: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for first in range(0, len(records), _CHUNK):
            some = records[first : first + _CHUNK]
            query = select(_RUN.c.record).where(_RUN.c.record.in_(some), _RUN.c.automation == start.rule, _RUN.c.cause == start.cause)
            found.update(self.connection.scalars(query))
        return found

    def _holds(self, start: Start, table: str | None, record: str) -> bool:
        program = program_of(self.running.manifest, start.rule)
        if program is None:
            return False
        named = {name: member_of(kept) for name, kept in start.event.items()}
        return Members(self.connection, self.running, self.now, table, record, named).holds(program.condition)

    def _row(self, start: Start, table: str | None, record: str, cause: Cause | None, actor: str | None) -> dict[str, Any]:
        id_ = new_id()
        wrong = self._circle(start, record, cause) if cause is not None else None
        return {
            "id": id_, "automation": start.rule, "trigger": start.trigger, "cause": start.cause, "table": table,
            "record": record, "chain": cause.chain if cause else id_, "depth": cause.depth + 1 if cause else 0,
            "parent": cause.run if cause else None, "event": dict(start.event) or None, "actor": actor,
            "state": "waiting" if wrong is None else "parked", "error": kept(wrong) if wrong else None,
            "held": None, "revision": self.running.number, "at": self.now, "finished_at": None if wrong is None else self.now,
            "due_at": self.now,
        }  # fmt: skip

    def _circle(self, start: Start, record: str, cause: Cause) -> Problem | None:
        """What is wrong with a chain that never ends."""
        before = list(self._ancestors(cause.run))
        title = self._title(start.rule)
        again = sum(1 for each in before if (each.automation, each.record) == (start.rule, record))
        if again >= MOST_AGAIN:
            return AGAIN_AND_AGAIN(rule=title, count=again)
        if cause.depth + 1 > MOST_DEPTH:
            ways = dict.fromkeys(self._title(each.automation) for each in reversed(before))
            return TOO_DEEP(depth=cause.depth + 1, ways=" → ".join(ways))
        chain = select(func.count()).select_from(_RUN).where(_RUN.c.chain == cause.chain)
        if cause.depth and self.connection.execute(chain).scalar_one() > MOST_IN_CHAIN:
            return TOO_MANY(most=MOST_IN_CHAIN, rule=title)
        return None

    def _ancestors(self, run: str | None) -> Iterable[Any]:
        while run is not None:
            row = self.connection.execute(select(_RUN.c.automation, _RUN.c.record, _RUN.c.parent).where(_RUN.c.id == run)).first()
            if row is None:
                return
            yield row
            run = row.parent

    def _title(self, rule: str) -> str:
        program = program_of(self.running.manifest, rule)
        return program.title if program is not None else rule
