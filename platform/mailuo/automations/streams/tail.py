"""Tails: the new rows of a table whose ids count up, each once, also those that are committed out of order.

A transaction takes its ids when it writes and shows them when it commits. An id that is left out is therefore looked for
again for a while: it belongs to somebody who has not committed yet, or never will.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select

MOST = 500
PATIENCE_SECONDS = 10.0
_MOST_GAPS = 1_000
Mark = tuple[int, dict[int, float]]


class Tail:
    """Reads one table's new rows."""

    def __init__(self, table: Table, high: int) -> None:
        self._table = table
        self._gaps: dict[int, float] = {}
        self.high = high
        """The highest id that was read."""

    @classmethod
    def at_end(cls, connection: Connection, table: Table) -> "Tail":
        """A tail that begins with what comes next."""
        return cls(table, connection.scalar(select(func.max(table.c.id))) or 0)

    def mark(self) -> Mark:
        """Where it stands."""
        return self.high, dict(self._gaps)

    def back_to(self, mark: Mark) -> None:
        """Stands there again."""
        self.high, self._gaps = mark

    def fresh(self, connection: Connection, seconds: float) -> tuple[Sequence[Row[Any]], bool]:
        """The rows that were not read before, and whether there were too many, so that some are passed over.

        `seconds` is any clock that only goes forward.
        """
        id_ = self._table.c.id
        late = self._late(connection, seconds)
        rows = connection.execute(select(self._table).where(id_ > self.high).order_by(id_).limit(MOST + 1)).all()
        if not rows:
            return late, False
        if len(rows) > MOST:
            self._gaps.clear()
            self.high = connection.scalar(select(func.max(id_))) or self.high
            return [*late, *rows[:MOST]], True
        self._note_gaps([row.id for row in rows], seconds)
        self.high = rows[-1].id
        return [*late, *rows], False

    def _late(self, connection: Connection, seconds: float) -> Sequence[Row[Any]]:
        """Rows that were left out before and are there now."""
        self._gaps = {id_: until for id_, until in self._gaps.items() if until > seconds}
        if not self._gaps:
            return ()
        query: Select[Any] = select(self._table).where(self._table.c.id.in_(self._gaps)).order_by(self._table.c.id)
        rows = connection.execute(query).all()
        for row in rows:
            del self._gaps[row.id]
        return rows

    def _note_gaps(self, ids: Sequence[int], seconds: float) -> None:
        before = self.high
        for id_ in ids:
            first = max(before + 1, id_ - _MOST_GAPS)
            self._gaps.update(dict.fromkeys(range(first, id_), seconds + PATIENCE_SECONDS))
            before = id_
        for id_ in list(self._gaps)[: max(len(self._gaps) - _MOST_GAPS, 0)]:
            del self._gaps[id_]
