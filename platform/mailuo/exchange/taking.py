"""Taking in: one run over one file.

Rows pass in portions of a thousand, each in a transaction of its own together with how far the file is. With
`all_or_nothing`, and to try only, all portions share one transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from mailuo.base.clock import Clock
from mailuo.base.problems import Problem
from mailuo.exchange import ledger
from mailuo.exchange.columns import Columns
from mailuo.exchange.rejects import RejectsFile
from mailuo.exchange.source import Row, Source
from mailuo.exchange.wish import MOST_TOLD, Imported, Progress, Reject, Watch, Wish
from mailuo.records.actor import Actor
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.intake import Outcome, take_in
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.records.writing import Manner
from mailuo.storage.engine import Store

PORTION = 1_000


class _Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


@dataclass(frozen=True)
class Doors:
    """Where an import writes, and by which clock."""

    store: Store
    in_force: InForce
    records: Records
    clock: Clock

    @property
    def transactions(self) -> Transactions:
        """What runs a piece of work under the revision in force."""
        return Transactions(self.store, self.in_force)


@dataclass
class Taking:
    """One run over one file."""

    doors: Doors
    actor: Actor
    table: str
    source: Source
    columns: Columns
    wish: Wish
    watch: Watch
    digest: str
    done: int = 0
    written: int = 0
    rejected: int = 0
    told: list[Reject] = field(default_factory=list)

    # The two ways

    def by_portions(self) -> Imported:
        """Each portion for itself."""
        store, clock = self.doors.store, self.doors.clock
        what: dict[str, object] = {"table": self.table, "file": self.wish.name}
        entry = store.write(
            lambda connection: ledger.begin(connection, self.digest, self.wish.job, self.actor, what, clock.now())
        )
        self.done = entry.done
        language = self.actor.language
        with closing(RejectsFile(self.wish.rejects, self.source.headers, language, further=entry.done > 0)) as file:
            for portion in portions(self.source, entry.done):
                self._portion(portion, entry, file)
        outcome = replace(self._outcome(file.written), resumed_after=entry.done, job=entry.job)
        result = outcome.json(self.doors.in_force.current, language)
        wrote = entry.done + self.written
        store.write(lambda connection: ledger.finish(connection, entry, self.wish.job, wrote, result, clock.now()))
        return outcome

    def whole(self) -> Imported:
        """All portions in one transaction, of which nothing stays when a row is wrong, or when it was but a trial."""
        language = self.actor.language
        rejects = self.wish.rejects if not self.wish.dry_run else None
        file = RejectsFile(rejects, self.source.headers, language, further=False)

        def work(connection: Connection, running: Running, careful: bool) -> None:
            self.done = self.written = self.rejected = 0
            self.told.clear()
            for portion in portions(self.source, 0):
                rows, values, wrong = self._read(portion)
                outcomes = self._take(connection, running, values, careful)
                self._settle(portion, rows, outcomes, wrong, file)
            if self.rejected or self.wish.dry_run:
                raise _Undone
            self._enter(connection)

        with closing(file):
            try:
                self.doors.transactions.write(work)
            except _Undone:
                if not self.wish.dry_run:
                    self.written = 0
        return self._outcome(file.written)

    def _enter(self, connection: Connection) -> None:
        """Notes in the ledger that the whole file was written."""
        now = self.doors.clock.now()
        what: dict[str, object] = {"table": self.table, "file": self.wish.name}
        entry = ledger.begin(connection, self.digest, self.wish.job, self.actor, what, now)
        ledger.advance(connection, entry, self.done, self.source.total)
        ledger.finish(connection, entry, self.wish.job, self.written, {"written": self.written}, now)

    # One portion

    def _portion(self, portion: Sequence[Row], entry: ledger.Entry, file: RejectsFile) -> None:
        rows, values, wrong = self._read(portion)

        def work(connection: Connection, running: Running, careful: bool) -> list[Outcome]:
            outcomes = self._take(connection, running, values, careful)
            ledger.advance(connection, entry, self.done + len(portion), self.source.total)
            return outcomes

        outcomes = self.doors.transactions.write(work)
        self._settle(portion, rows, outcomes, wrong, file)

    def _read(self, portion: Sequence[Row]) -> tuple[list[Row], list[Mapping[str, object]], dict[int, Problem]]:
        """The rows whose cells can be read, their values, and what is wrong with the others by row number."""
        rows: list[Row] = []
        values: list[Mapping[str, object]] = []
        wrong: dict[int, Problem] = {}
        for row in portion:
            read = row.problem or self.columns.values(row.cells)
            if isinstance(read, Problem):
                wrong[row.number] = read
            else:
                rows.append(row)
                values.append(read)
        return rows, values, wrong

    def _take(
        self, connection: Connection, running: Running, values: Sequence[Mapping[str, object]], careful: bool
    ) -> list[Outcome]:
        manner = Manner(quiet=not self.wish.live, brings_keys=True, careful=careful)
        writing = self.doors.records.writing(connection, running, self.actor, self.table, manner)
        return take_in(writing, values, upsert=self.wish.upsert)

    def _settle(
        self,
        portion: Sequence[Row],
        rows: Sequence[Row],
        outcomes: Sequence[Outcome],
        wrong: Mapping[int, Problem],
        file: RejectsFile,
    ) -> None:
        """Counts what became of a portion's rows, and returns those that were refused."""
        problems = {
            row.number: outcome.problems for row, outcome in zip(rows, outcomes, strict=True) if outcome.problems
        }
        problems |= {number: (problem,) for number, problem in wrong.items()}
        for row in portion:
            if row.number in problems:
                found = [Reject(row.number, self.columns.header_of(each.field), each) for each in problems[row.number]]
                file.add(row, found)
                self.told += found[: MOST_TOLD - len(self.told)]
        file.flush()
        self.done += len(portion)
        self.rejected += len(problems)
        self.written += len(portion) - len(problems)
        self.watch(Progress(self.done, self.source.total, self.rejected))

    def _outcome(self, rejects_file: Path | None) -> Imported:
        return Imported(
            name=str(self.wish.name),
            total=self.source.total,
            written=self.written,
            rejected=self.rejected,
            rejects=tuple(self.told),
            rejects_file=rejects_file,
            left_out=self.columns.left_out,
            dry_run=self.wish.dry_run,
        )


def portions(source: Source, skipped: int) -> Iterator[list[Row]]:
    """The rows of a source, a thousand at a time, without the first so many."""
    rows = islice(source.rows(), skipped, None)
    while portion := list(islice(rows, PORTION)):
        yield portion
