"""The door of flows: what is said of records passes here, and what their lines look like is asked here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from mailuo.base.clock import Clock
from mailuo.base.problems import Problems, Refusal
from mailuo.flow.absences import add_absences
from mailuo.flow.course import Course, course_of
from mailuo.flow.dispute_rows import givers_of
from mailuo.flow.gathering import Gathered, gather_standing
from mailuo.flow.intake import Outcome, Told, take_in
from mailuo.flow.messages import NO_FLOW, TOO_MANY_CLAIMS
from mailuo.flow.overview import Overview, Waiting, late, late_records, overview, waiting
from mailuo.flow.saying import Heard, Saying, Word
from mailuo.flow.shown import Json, KeptClaim, Shown
from mailuo.flow.state import Timeline
from mailuo.flow.view import Reading
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.door import Records
from mailuo.records.idempotency import Request, answered
from mailuo.records.in_force import InForce
from mailuo.records.query import Query, read_question
from mailuo.records.running import Running
from mailuo.records.standing import Finder, Standing
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.prepared import Question
from mailuo.storage.system import FOREVER

MOST_AT_ONCE = 500
MOST_TAKEN_IN = 2_000


_CLAIM = system.claim.c
_CLAIMS = Question(
    select(*(_CLAIM[name] for name in KeptClaim._fields))
    .where(_CLAIM.record == bindparam("of", None, type_=_CLAIM.record.type))
    .where(_CLAIM.received_at <= bindparam("until", None, type_=_CLAIM.received_at.type))
    .order_by(_CLAIM.received_at, _CLAIM.id)
)


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one word of a batch: the record's timeline, or why it was refused."""

    key: str
    timeline: Json | None
    problems: Problems = ()


class Flow:
    """Milestones of records, for actors and under their policy. Answers are timelines as JSON."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, records: Records) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._records = records
        self._transactions = Transactions(store, in_force)

    # Saying

    def claim(
        self, actor: Actor, table: str, key: str, word: Word, *, quiet: bool = False, request: Request | None = None
    ) -> Json:
        """The record's timeline with this word; the same word twice is one. Refuses what a person may not say."""
        return self._write(actor, table, key, lambda saying, about: saying.say(about, word), quiet, request)

    def retract(
        self, actor: Actor, table: str, key: str, claim: str, note: str | None = None, *, request: Request | None = None
    ) -> Json:
        """The record's timeline without one claim, which stays visible as withdrawn."""
        return self._write(actor, table, key, lambda saying, about: saying.withdraw(about, claim, note), False, request)

    def batch(
        self, actor: Actor, table: str, words: Sequence[tuple[str, Word]], *, request: Request | None = None
    ) -> list[Said]:
        """What became of each word about the record with a key; refused ones do not hinder the others."""
        if len(words) > MOST_AT_ONCE:
            raise Refusal(TOO_MANY_CLAIMS(most=MOST_AT_ONCE))
        return [self._said(actor, table, key, word, _own(request, number)) for number, (key, word) in enumerate(words)]

    def take_in(self, told: Sequence[Told], *, quiet: bool = True) -> list[Outcome]:
        """What became of each word of an import, as a system's words; good ones are kept, the others told apart.

        At most 2,000 at once. One timeline a record is computed, and its past is told anew by when words were received.
        """
        if len(told) > MOST_TAKEN_IN:
            raise Refusal(TOO_MANY_CLAIMS(most=MOST_TAKEN_IN))
        now = self._clock.now()
        return self._transactions.write(
            lambda connection, running, careful: take_in(connection, running, SYSTEM, told, now, quiet=quiet)
        )

    # Asking

    def timeline(self, actor: Actor, table: str, key: str, as_of: datetime | None = None) -> Json:
        """A record's timeline now, or as it was known at a moment."""
        now, running = self._clock.now(), self._records.running
        course = _course(running, table)
        with self._store.read() as connection:
            about = Finder(connection, running, actor, table, now).standing(key)
            record = gather_standing(connection, running, course, about)
            reading = Reading(running, course, now)
            if as_of is not None:
                add_absences(connection, course, [record])
            timeline = reading.timeline(record) if as_of is None else reading.timeline_then(record, as_of)
            return _shown(connection, running, course, actor, record, timeline, as_of)

    def standing(self, actor: Actor, table: str, since: datetime) -> Overview:
        """How many of the records that the actor sees stand where, and what was reached since a moment."""
        running = self._records.running
        course = _course(running, table)
        with self._store.read() as connection:
            return overview(connection, running, course, actor, since, self._clock.now())

    def late(self, actor: Actor, table: str, against: Mapping[str, str]) -> Mapping[tuple[str, str], int]:
        """How many alerts hold at each (node, level); `against` says the node that each rule's alerts run against."""
        running = self._records.running
        course = _course(running, table)
        with self._store.read() as connection:
            return late(connection, running, course, actor, against, self._clock.now())

    def late_records(self, actor: Actor, table: str, filter: str) -> int:
        """How many of the records that a filter lets through have a red or orange alert that is not over."""
        running = self._records.running
        question = read_question(running, actor, table, Query(filter=filter))
        with self._store.read() as connection:
            return late_records(connection, running, actor, table, question, self._clock.now())

    def waiting(self, actor: Actor, table: str, node: str, limit: int = 20) -> Waiting:
        """How many records wait for a node, and those that have waited longest."""
        running = self._records.running
        with self._store.read() as connection:
            return waiting(connection, running, actor, table, node, limit, self._clock.now())

    # Inside

    def _said(self, actor: Actor, table: str, key: str, word: Word, request: Request | None) -> Said:
        try:
            return Said(key, self.claim(actor, table, key, word, request=request))
        except Refusal as refusal:
            return Said(key, None, refusal.problems)

    def _write(
        self,
        actor: Actor,
        table: str,
        key: str,
        deed: Callable[[Saying, Standing], Heard],
        quiet: bool,
        request: Request | None,
    ) -> Json:
        def work(connection: Connection, running: Running, careful: bool) -> Json:
            course, now = _course(running, table), self._clock.now()
            saying = Saying(connection, running, actor, course, self._records, now, quiet)

            def answer() -> Mapping[str, object]:
                about = Finder(connection, running, actor, table, now, hold=True).standing(key)
                record, timeline = deed(saying, about)
                return _shown(connection, running, course, actor, record, timeline, None)

            return dict(answered(connection, actor, request, now, answer))

        return self._transactions.write(work)


def _own(request: Request | None, number: int) -> Request | None:
    """The request of one word of a batch, so that each is kept with its own answer."""
    return None if request is None else Request(f"{request.key}#{number}", request.digest)


def _course(running: Running, table: str) -> Course:
    course = course_of(running, table) if table in running.manifest.tables else None
    if course is None:
        known = running.manifest.tables.get(table)
        raise Refusal(NO_FLOW(title=known.title if known else table))
    return course


def _shown(
    connection: Connection,
    running: Running,
    course: Course,
    actor: Actor,
    record: Gathered,
    timeline: Timeline,
    as_of: datetime | None,
) -> Json:
    given = {"of": record.id, "until": as_of or FOREVER}
    rows = [KeptClaim(*row) for row in _CLAIMS.rows(connection, given)]
    access = running.policy.access(actor)
    conditions = {node.id: node.when.reads for node in course.line.nodes if node.when is not None}
    untold = frozenset(
        node for node, reads in conditions.items() if not all(access.asks(course.table.id, path) for path in reads)
    )
    givers = givers_of(connection, record.id) if any(row.verdict for row in rows) else {}
    disputes = {each.node: each.id for each in record.disputes} if as_of is None else {}
    unborn = as_of is not None and as_of < record.known_from
    return Shown(running, course, actor.language, timeline, rows, record.pieces, untold, givers, disputes, unborn).json()
