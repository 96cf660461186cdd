"""Imports: the rows of a file become records of a table; good ones are written, the others returned with reasons."""

from dataclasses import replace
from pathlib import Path

from mailuo.base import garbage
from mailuo.base.clock import Clock
from mailuo.base.problems import Refusal
from mailuo.exchange import ledger
from mailuo.exchange.columns import Columns, Matching
from mailuo.exchange.opening import look_at, opened
from mailuo.exchange.taking import Doors, Taking
from mailuo.exchange.wish import PLAINLY, Imported, Seen, Watch, Wish, unwatched
from mailuo.records.actor import Actor
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.messages import NOT_PERMITTED
from mailuo.storage.engine import Store

RIGHT = "import"


class Imports:
    """Takes files of records in, for actors and under their policy."""

    def __init__(self, store: Store, in_force: InForce, records: Records, clock: Clock) -> None:
        self._doors = Doors(store, in_force, records, clock)

    def run(self, actor: Actor, table: str, path: Path, wish: Wish = PLAINLY, watch: Watch = unwatched) -> Imported:
        """What became of a file; refuses one that cannot be read, or whose columns fit no fields, before any row.

        `watch` is told after each portion how far the import is.
        """
        if not actor.has(RIGHT):
            raise Refusal(NOT_PERMITTED())
        running = self._doors.in_force.current
        access = running.access(actor, table)
        looked_at = look_at(path)
        digest, name = f"{table}:{looked_at.sha256}", wish.name or path.name
        seen = self._seen(digest, wish)
        if seen is not None:
            return Imported(name, 0, seen=seen)
        with garbage.seldom_looked_for(), opened(path, looked_at.head, name) as source:
            columns = Matching(running.manifest.tables[table], access, wish.upsert).match(source.headers, wish.mapping)
            if not isinstance(columns, Columns):
                raise Refusal(*columns)
            taking = Taking(self._doors, actor, table, source, columns, replace(wish, name=name), watch, digest)
            return taking.whole() if wish.all_or_nothing or wish.dry_run else taking.by_portions()

    def _seen(self, digest: str, wish: Wish) -> Seen | None:
        if wish.again or wish.dry_run:
            return None
        with self._doors.store.read() as connection:
            return ledger.seen(connection, digest, wish.job)
