"""The door of disputes: who sees a record sees its disputes; evidence by one person, review by another, verdicts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, insert, select, update

from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.base.problems import Problems, Refusal
from mailuo.flow.claim import VERDICT, Claim
from mailuo.flow.conditions import time_problem
from mailuo.flow.course import Course, course_of
from mailuo.flow.disagreement import Json, figures, standing
from mailuo.flow.dispute_list import EVERYTHING, Disputed, DisputeList
from mailuo.flow.dispute_proof import handed_over, may_give, may_review, review_problem
from mailuo.flow.disputing import OPEN_STATES, DisputeState
from mailuo.flow.event import VERDICT_GIVEN, event
from mailuo.flow.following import Following
from mailuo.flow.foreseeing import foreseen
from mailuo.flow.gathering import gather
from mailuo.flow.messages import DISPUTE_OVER, TIME_MISSING, TOO_MANY_CLAIMS, UNKNOWN_DISPUTE, UNKNOWN_VERDICT
from mailuo.flow.note import checked_note
from mailuo.flow.saying import claim_row
from mailuo.flow.tickets import Tickets
from mailuo.flow.view import Reading
from mailuo.metadata.arbitration import Arbitration
from mailuo.records.actor import Actor
from mailuo.records.door import Records
from mailuo.records.idempotency import Request, answered
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.records.running import Running
from mailuo.records.standing import Finder
from mailuo.records.transaction import Transactions
from mailuo.storage import files, system
from mailuo.storage.bulk import insert_many
from mailuo.storage.engine import Store

MOST_AT_ONCE = 500
ACCEPT, REJECT = "accept", "reject"
VERDICTS = (ACCEPT, REJECT)
_TABLE = system.dispute
What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody hands over: the photo, and the time that it proves."""

    at: datetime | None
    file: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says of the latest evidence; `evidence` names the one that was looked at."""

    verdict: str
    note: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one dispute of a batch: as it stands now, or why nothing was done."""

    dispute: str
    now: Json | None
    problems: Problems = ()


@dataclass(frozen=True)
class _Case:
    """A dispute in a transaction that holds its record."""

    connection: Connection
    running: Running
    course: Course
    rule: Arbitration
    row: Row[Any]


class Disputes:
    """The disputes that an actor may see, and what is done about them. Answers are JSON."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, records: Records) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._records = records
        self._transactions = Transactions(store, in_force)

    # Asking

    def page(
        self, actor: Actor, wanted: Disputed = EVERYTHING, *, limit: int = 50, cursor: str | None = None
    ) -> tuple[list[Json], str | None]:
        """Disputes, the oldest first, and the cursor of the next page if there is one."""
        with self._store.read() as connection:
            return self._list(connection, self._in_force.current, actor).page(wanted, limit, cursor)

    def get(self, actor: Actor, dispute: str) -> Json:
        """One dispute."""
        with self._store.read() as connection:
            return self._list(connection, self._in_force.current, actor).one(dispute)

    def figures(self, actor: Actor, since: datetime | None = None) -> Json:
        """How many disputes stand how, since when the oldest waits, and how often sources disagree.

        The rate: records with conflicting claims over records of which two sources spoke, by auxiliary source.
        """
        with self._store.read() as connection:
            return figures(connection, self._in_force.current, actor, since, self._clock.now())

    def waiting(self, actor: Actor) -> int:
        """How many disputes are not over."""
        with self._store.read() as connection:
            states, _ = standing(connection, self._in_force.current, actor, self._clock.now())
        return sum(states.get(state, 0) for state in OPEN_STATES)

    def opened(self, table: str, records: Sequence[str]) -> Mapping[str, datetime]:
        """Since when each of these records, which somebody has been shown, is disputed; those that are not are left out."""
        dispute = system.dispute.c
        wanted = dispute.table == table, dispute.record.in_(records), dispute.state.in_(OPEN_STATES)
        query = select(dispute.record, dispute.opened_at).where(*wanted).order_by(dispute.opened_at.desc())
        with self._store.read() as connection:
            return {row.record: row.opened_at for row in connection.execute(query)}

    def preview(self, actor: Actor, dispute: str, at: datetime | None = None) -> Json:
        """What a verdict would change, and what it would not: at a moment, or that of the latest evidence."""
        running, now = self._in_force.current, self._clock.now()
        with self._store.read() as connection:
            row = self._list(connection, running, actor).row(dispute)
            course = course_of(running, row.table)
            if course is None or row.state not in OPEN_STATES:
                raise Refusal(DISPUTE_OVER())
            moment = at or _proved(row)
            if moment is None:
                raise Refusal(TIME_MISSING(field="at"))
            record = gather(connection, running, course, [row.record])[row.record]
            following = Following(connection, running, course, now)
            return foreseen(Reading(running, course, now), following, record, _verdict(row, moment, now))

    # Doing

    def evidence(self, actor: Actor, dispute: str, proof: Proof, *, request: Request | None = None) -> Json:
        """The dispute with this evidence, which now waits for another person's review."""
        return self._write(actor, dispute, lambda case: self._give(actor, case, proof), request)

    def review(self, actor: Actor, dispute: str, verdict: Verdict, *, request: Request | None = None) -> Json:
        """The dispute as the verdict on its latest evidence leaves it: decided, or open for new evidence."""
        if verdict.verdict not in VERDICTS:
            raise Refusal(UNKNOWN_VERDICT(field="verdict", found=verdict.verdict[:60]))
        return self._write(actor, dispute, lambda case: self._judge(actor, case, verdict), request)

    def evidence_of_many(
        self, actor: Actor, proofs: Sequence[tuple[str, Proof]], *, request: Request | None = None
    ) -> list[Judged]:
        """What became of each; refused ones do not hinder the others. At most 500 at once."""
        return self._each(proofs, request, lambda dispute, proof, own: self.evidence(actor, dispute, proof, request=own))

    def review_of_many(
        self, actor: Actor, verdicts: Sequence[tuple[str, Verdict]], *, request: Request | None = None
    ) -> list[Judged]:
        """What became of each; refused ones do not hinder the others. At most 500 at once."""
        return self._each(verdicts, request, lambda dispute, verdict, own: self.review(actor, dispute, verdict, request=own))

    # Inside

    def _list(self, connection: Connection, running: Running, actor: Actor) -> DisputeList:
        return DisputeList(connection, running, actor, self._clock.now())

    def _each(
        self,
        given: Sequence[tuple[str, What]],
        request: Request | None,
        deed: Callable[[str, What, Request | None], Json],
    ) -> list[Judged]:
        if len(given) > MOST_AT_ONCE:
            raise Refusal(TOO_MANY_CLAIMS(most=MOST_AT_ONCE))
        found = []
        for number, (dispute, what) in enumerate(given):
            own = None if request is None else Request(f"{request.key}#{number}", request.digest)
            try:
                found.append(Judged(dispute, deed(dispute, what, own)))
            except Refusal as refusal:
                found.append(Judged(dispute, None, refusal.problems))
        return found

    def _write(
        self, actor: Actor, dispute: str, deed: Callable[[_Case], None], request: Request | None
    ) -> Json:
        def work(connection: Connection, running: Running, careful: bool) -> Json:
            def answer() -> Mapping[str, object]:
                deed(self._held(connection, running, actor, dispute))
                return self._list(connection, running, actor).one(dispute)

            return dict(answered(connection, actor, request, self._clock.now(), answer))

        return self._transactions.write(work)

    def _held(self, connection: Connection, running: Running, actor: Actor, dispute: str) -> _Case:
        """The dispute as it stands under the lock of its record; refuses one that is over."""
        seen = self._list(connection, running, actor).row(dispute)
        Finder(connection, running, actor, seen.table, self._clock.now(), hold=True).standing(seen.record)
        query = select(_TABLE).where(_TABLE.c.id == dispute)
        row = connection.execute(query.with_for_update() if running.dialect == "postgresql" else query).first()
        if row is None:
            raise NoSuchThing(UNKNOWN_DISPUTE(found=dispute[:60]))
        course = course_of(running, row.table)
        rule = course.arbitration_of(row.node) if course is not None else None
        if course is None or rule is None or row.state not in OPEN_STATES:
            raise Refusal(DISPUTE_OVER())
        return _Case(connection, running, course, rule, row)

    def _give(self, actor: Actor, case: _Case, proof: Proof) -> None:
        may_give(actor, case.rule, case.running)
        if proof.at is None:
            raise Refusal(TIME_MISSING(field="at"))
        now = self._clock.now()
        problem = time_problem(proof.at, now, case.running.zone)
        if problem is not None:
            raise Refusal(problem)
        file = handed_over(case.connection, case.running, actor, case.rule, proof.file, now)
        entry = {
            "id": new_id(), "file": proof.file if file else None, "name": file["name"] if file else None,
            "at": proof.at.isoformat(), "by": actor.name, "by_id": actor.id, "given_at": now.isoformat(), "note": checked_note(proof.note),
        }  # fmt: skip
        given = [*(case.row.evidence or ()), entry]
        self._set(case, {"state": DisputeState.EVIDENCE.value, "evidence": given})
        if file is not None:
            files.attach(case.connection, str(file["id"]), case.row.table, case.row.record, f"dispute:{case.row.id}")
        self._tickets(case).evidence_given(case.row, case.rule, proof.at, proof.file if file else None)

    def _judge(self, actor: Actor, case: _Case, verdict: Verdict) -> None:
        may_review(actor, case.rule, case.running)
        checked_note(verdict.note)
        problem = review_problem(actor, case.row, verdict.evidence)
        if problem is not None:
            raise Refusal(problem)
        if verdict.verdict == REJECT:
            self._turn_down(actor, case, verdict)
        else:
            self._accept(actor, case, verdict)

    def _turn_down(self, actor: Actor, case: _Case, verdict: Verdict) -> None:
        *before, latest = case.row.evidence
        told = {"by": actor.name, "at": self._clock.now().isoformat(), "note": verdict.note}
        self._set(case, {"state": DisputeState.OPEN.value, "evidence": [*before, {**latest, "turned_down": told}]})

    def _accept(self, actor: Actor, case: _Case, verdict: Verdict) -> None:
        """Makes the time of the evidence the verdict claim, from which everything follows."""
        now, row = self._clock.now(), case.row
        moment = _proved(row)
        assert moment is not None
        claim, latest = _verdict(row, moment, now), row.evidence[-1]
        photo = {"id": latest["file"], "kind": "photo", "name": latest["name"]}
        kept = {"actor": actor.name, "note": verdict.note, "evidence": [photo] if latest["file"] else None}
        case.connection.execute(insert(system.claim), {**claim_row(row.table, row.record, claim), **kept})
        told = {"verdict": ACCEPT, "by": actor.name, "at": now.isoformat(), "claim": claim.id, "note": verdict.note}
        first = not self._decided_before(case)
        self._set(case, {"state": DisputeState.DECIDED.value, "ended_at": now, "verdict": told})
        detail = {"node": row.node, "part": row.part, "dispute": row.id, "claim": claim.id, "first": first}
        calls = row.ticket is not None or case.rule.dispute.table is not None
        listened = first and (VERDICT_GIVEN, row.node) in case.course.listened
        line = event(VERDICT_GIVEN, now, row.table, row.record, detail, calls=calls or listened)
        insert_many(case.connection, system.outbox, [line])
        Following(case.connection, case.running, case.course, now).follow([row.record])

    def _decided_before(self, case: _Case) -> bool:
        same = _TABLE.c.record == case.row.record, _TABLE.c.node == case.row.node
        query = select(_TABLE.c.id).where(*same, _TABLE.c.state == DisputeState.DECIDED.value)
        return case.connection.scalar(query.limit(1)) is not None

    def _set(self, case: _Case, values: Mapping[str, object]) -> None:
        case.connection.execute(update(_TABLE).where(_TABLE.c.id == case.row.id).values(values))

    def _tickets(self, case: _Case) -> Tickets:
        return Tickets(case.connection, case.running, self._records, self._clock.now())


def _proved(row: Row[Any]) -> datetime | None:
    """The time that the latest evidence proves, where it waits for its review."""
    return datetime.fromisoformat(row.evidence[-1]["at"]) if row.state == DisputeState.EVIDENCE else None


def _verdict(row: Row[Any], at: datetime, now: datetime) -> Claim:
    return Claim(new_id(), row.node, VERDICT, at, now, row.part, verdict=True)
