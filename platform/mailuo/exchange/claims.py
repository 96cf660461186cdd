"""Imports of claims: lines `record, node, at, source[, received_at, part]` become words about records.

They count as a system's words, and are quiet unless asked otherwise. Who brings them names only records that they see, and
speaks for outside sources, but in no role of others. The order of lines does not matter, and a word that is there already
is one and the same: a file may come twice.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from mailuo.base import garbage
from mailuo.base.clock import Clock
from mailuo.base.moments import format_moment, micros
from mailuo.base.near import nearest
from mailuo.base.problems import Problem, Problems, Refusal
from mailuo.exchange import ledger
from mailuo.exchange.columns import NOTE, midnight, plain
from mailuo.exchange.messages import (
    DOUBLE_COLUMN,
    NEEDS_COLUMN,
    NOT_A_TIME,
    UNKNOWN_COLUMN,
    UNKNOWN_COLUMN_NEAR,
)
from mailuo.exchange.opening import look_at, opened
from mailuo.exchange.rejects import RejectsFile, reasons
from mailuo.exchange.source import ABSENT, Row, Source
from mailuo.exchange.spool import Line, Returned, Spool
from mailuo.exchange.wish import MOST_TOLD, PLAINLY, Imported, Progress, Reject, Watch, Wish, unwatched
from mailuo.fields import Datetime
from mailuo.flow.finding import Seeker
from mailuo.flow.intake import Outcome, Told, take_in
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import NOT_PERMITTED
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage.engine import Store

RIGHT = "import"
_TITLES = {
    "record": "记录",
    "node": "节点",
    "at": "时间",
    "source": "来源",
    "received_at": "收到时间",
    "part": "部分",
}
_NEEDED = ("record", "node", "at", "source")
_PORTION = 5_000
_BESIDES = {"postgresql": 2}
"""How many threads write portions besides the one that reads them, by the kind of store; none where it is not said."""
_MOMENT = Datetime()


class ClaimsImport:
    """Takes files of claims in."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock

    def run(self, actor: Actor, path: Path, wish: Wish = PLAINLY, watch: Watch = unwatched) -> Imported:
        """What became of a file; refuses one that cannot be read, or that lacks a column, before any line."""
        if not actor.has(RIGHT):
            raise Refusal(NOT_PERMITTED())
        looked_at = look_at(path)
        digest, name = f"claims:{looked_at.sha256}", wish.name or path.name
        if not (wish.again or wish.dry_run):
            with self._store.read() as connection:
                seen = ledger.seen(connection, digest, wish.job)
            if seen is not None:
                return Imported(name, 0, seen=seen)
        with garbage.seldom_looked_for(), opened(path, looked_at.head, name) as source, closing(Spool()) as spool:
            places = columns_of(source.headers)
            if not isinstance(places, Mapping):
                raise Refusal(*places)
            run = _Run(self._store, self._in_force, self._clock, actor, source, places, spool, wish, watch)
            return run.taken(digest, name)


class _Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


@dataclass
class _Run:
    """One run over one file."""

    store: Store
    in_force: InForce
    clock: Clock
    actor: Actor
    source: Source
    places: Mapping[str, int]
    spool: Spool
    wish: Wish
    watch: Watch
    done: int = 0
    written: int = 0
    rejected: int = 0
    told: list[Reject] = field(default_factory=list)

    def taken(self, digest: str, name: str) -> Imported:
        """What became of the file."""
        self._lay_aside()
        at_once = self.wish.all_or_nothing or self.wish.dry_run
        entry = None if self.wish.dry_run else self._begun(digest, name)
        if at_once:
            self._at_once()
        else:
            self._by_portions()
        rejects_file = self._written_rejects()
        outcome = Imported(
            name=name,
            total=self.source.total,
            written=self.written,
            rejected=self.rejected,
            rejects=tuple(sorted(self.told, key=lambda reject: reject.row)),
            rejects_file=rejects_file,
            dry_run=self.wish.dry_run,
            job=entry.job if entry else None,
        )
        if entry is not None:
            result = outcome.json(self.in_force.current, self.actor.language)
            self.store.write(
                lambda connection: ledger.finish(
                    connection, entry, self.wish.job, self.written, result, self.clock.now()
                )
            )
        return outcome

    def _begun(self, digest: str, name: str) -> ledger.Entry:
        what: dict[str, object] = {"claims": True, "file": name}
        return self.store.write(
            lambda connection: ledger.begin(connection, digest, self.wish.job, self.actor, what, self.clock.now())
        )

    # Reading

    def _lay_aside(self) -> None:
        zone, now = self.in_force.current.zone, self.clock.now()
        rows = self.source.rows()
        while portion := list(islice(rows, _PORTION)):
            self.spool.add(list(self._lines(portion, zone)))
        for keys in self.spool.records():
            with self.store.read() as connection:
                self.spool.add_places(Seeker(connection, self.in_force.current, self.actor, now).places_of(keys))

    def _lines(self, portion: Sequence[Row], zone: tzinfo) -> Iterator[Line]:
        for row in portion:
            line = row.problem or self._line(row, zone)
            if isinstance(line, Problem):
                self._refuse(row.number, row.cells, line)
                self.done += 1
            else:
                yield line

    def _line(self, row: Row, zone: tzinfo) -> Line | Problem:
        cells, count = row.cells, len(row.cells)
        record, node, at, source, received, part = [
            cells[place] if 0 <= place < count and cells[place] is not ABSENT else None
            for place in self.places.values()
        ]
        said = _moment(at, zone)
        if said is None:
            return NOT_A_TIME(field="at", found=str(at or "")[:40])
        heard = said if received == at else _moment(received, zone) if received not in (None, "") else None
        if heard is None and received not in (None, ""):
            return NOT_A_TIME(field="received_at", found=str(received)[:40])
        known = None if heard is None else micros(heard)
        return Line(row.number, _text(record), _text(node), micros(said), _text(source), known, _text(part) or None)

    # Writing

    def _by_portions(self) -> None:
        """Each portion for itself; where several may write, one is worked out while the store is at another."""
        threads = _BESIDES.get(self.store.dialect, 0)
        if threads:
            self._besides(threads)
        else:
            for numbers, told in self.spool.portions():
                self._settle(numbers, told, self._portion(told))

    def _besides(self, threads: int) -> None:
        begun: deque[tuple[list[int], list[Told], Future[list[Outcome]]]] = deque()
        with ThreadPoolExecutor(threads) as pool:
            for numbers, told in self.spool.portions():
                begun.append((numbers, told, pool.submit(self._portion, told)))
                if len(begun) > threads:
                    self._settle_first(begun)
            while begun:
                self._settle_first(begun)

    def _settle_first(self, begun: deque[tuple[list[int], list[Told], Future[list[Outcome]]]]) -> None:
        numbers, told, outcomes = begun.popleft()
        self._settle(numbers, told, outcomes.result())

    def _portion(self, told: Sequence[Told]) -> list[Outcome]:
        """What became of the words of one portion, in a transaction of its own."""
        now, quiet = self.clock.now(), not self.wish.live

        def work(connection: Connection, running: Running, careful: bool) -> list[Outcome]:
            return take_in(connection, running, self.actor, told, now, quiet=quiet)

        return Transactions(self.store, self.in_force).write(work)

    def _at_once(self) -> None:
        """All lines in one transaction, of which nothing stays when one is refused, or when it was but a trial."""
        begun = self.done, self.rejected, list(self.told)
        now = self.clock.now()

        def work(connection: Connection, running: Running, careful: bool) -> None:
            self.done, self.rejected, self.written = begun[0], begun[1], 0
            self.told = list(begun[2])
            for numbers, told in self.spool.portions():
                self.spool.forget_returned(numbers)
                self._settle(numbers, told, take_in(connection, running, self.actor, told, now, quiet=not self.wish.live))
            if self.rejected or self.wish.dry_run:
                raise _Undone

        try:
            Transactions(self.store, self.in_force).write(work)
        except _Undone:
            if not self.wish.dry_run:
                self.written = 0

    def _settle(self, numbers: Sequence[int], told: Sequence[Told], outcomes: Sequence[Outcome]) -> None:
        for number, word, outcome in zip(numbers, told, outcomes, strict=True):
            if outcome.problem is not None:
                self._refuse(number, self._cells(word), outcome.problem)
            else:
                self.written += 1
        self.done += len(told)
        self.watch(Progress(self.done, self.source.total, self.rejected))

    # Refusing

    def _refuse(self, number: int, cells: Sequence[object], problem: Problem) -> None:
        self.rejected += 1
        place = self.places.get(problem.field or "", -1)
        reject = Reject(number, self.source.headers[place] if place >= 0 else problem.field or "", problem)
        self.spool.give_back(Returned(number, cells, reasons([reject], self.actor.language)))
        if len(self.told) < MOST_TOLD:
            self.told.append(reject)

    def _cells(self, told: Told) -> list[object]:
        """A word as the file had it, its times with the offset of the workspace's zone."""
        cells: list[object] = [""] * len(self.source.headers)
        zone = self.in_force.current.zone
        values = (told.record, told.node, told.at, told.source, told.received_at, told.part)
        for place, value in zip(self.places.values(), values, strict=True):
            if place >= 0 and value is not None:
                cells[place] = format_moment(value, zone) if isinstance(value, datetime) else value
        return cells

    def _written_rejects(self) -> Path | None:
        if self.wish.dry_run or self.wish.rejects is None:
            return None
        with closing(RejectsFile(self.wish.rejects, self.source.headers, self.actor.language, further=False)) as file:
            for returned in self.spool.returned():
                file.add_said(returned.number, returned.cells, returned.said)
            return file.written


def columns_of(headers: Sequence[str]) -> Mapping[str, int] | Problems:
    """Where each part of a claim stands (-1: nowhere), or everything that is wrong with the header."""
    names = {plain(word): name for name, title in _TITLES.items() for word in (name, title)}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for place, header in enumerate(headers):
        name = names.get(plain(header))
        if not header or header.startswith(NOTE):
            continue
        if name is None:
            near = nearest(header, _TITLES)
            found = header[:60]
            problems.append(UNKNOWN_COLUMN_NEAR(found=found, near=near) if near else UNKNOWN_COLUMN(found=found))
        elif name in places:
            problems.append(DOUBLE_COLUMN(found=header, other=headers[places[name]]))
        else:
            places[name] = place
    problems += [NEEDS_COLUMN(found=name) for name in _NEEDED if name not in places]
    return tuple(problems) or {name: places.get(name, -1) for name in _TITLES}


def _moment(cell: object, zone: tzinfo) -> datetime | None:
    """The moment of a cell, or None; the plain shape is read the short way."""
    if isinstance(cell, str) and len(cell) >= 16 and cell[4] == "-" and cell[10] in " T" and cell[13] == ":":
        try:
            read = datetime.fromisoformat(cell)
        except ValueError:
            return None
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    value = _MOMENT.parse(midnight(cell), zone)
    return value if isinstance(value, datetime) else None


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
