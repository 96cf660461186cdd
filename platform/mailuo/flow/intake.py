"""Intake: many words at once, as an import brings them: a record's are taken together, and its line follows once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from mailuo.base.ids import new_id
from mailuo.base.near import nearest
from mailuo.base.problems import Problem
from mailuo.flow.claim import Claim, standing
from mailuo.flow.conditions import spoken_of
from mailuo.flow.course import Course, courses
from mailuo.flow.finding import Seeker
from mailuo.flow.following import Following
from mailuo.flow.gathering import Gathered, gather
from mailuo.flow.messages import NO_PARTS, UNKNOWN_NODE, UNKNOWN_NODE_NEAR, UNKNOWN_PART
from mailuo.flow.saying import claim_row
from mailuo.flow.silence import Silence
from mailuo.flow.speaking import may_bring, wrong_source
from mailuo.metadata.model import Exit, Node
from mailuo.records.actor import Actor
from mailuo.records.messages import UNKNOWN_RECORD
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many


class Told(NamedTuple):
    """One line of an import: a record by its key, and what is said of it."""

    record: str
    node: str
    at: datetime
    source: str
    received_at: datetime | None = None
    part: str | None = None


class Outcome(NamedTuple):
    """What became of a line: kept (a repeated word counts as kept), or why not."""

    kept: bool
    problem: Problem | None = None


_KEPT = Outcome(True)
_Numbered = tuple[int, Told]


def take_in(
    connection: Connection, running: Running, actor: Actor, told: Sequence[Told], now: datetime, *, quiet: bool
) -> list[Outcome]:
    """What became of each line, in their order; a record that the actor may not see is an unknown one."""
    seeker = Seeker(connection, running, actor, now)
    outcomes = [_KEPT] * len(told)
    left = dict(enumerate(told))
    for course in courses(running).values():
        if not left:
            break
        found = seeker.held(course, {each.record for each in left.values()})
        mine = [(place, each) for place, each in left.items() if each.record in found]
        if mine:
            taken = _Taking(connection, running, actor, course, found, now, quiet).take(mine)
            for place, outcome in taken:
                outcomes[place] = outcome
        left = {place: each for place, each in left.items() if each.record not in found}
    for place, each in left.items():
        outcomes[place] = Outcome(False, UNKNOWN_RECORD(field="record", found=each.record[:60]))
    return outcomes


class _Taking:
    """The lines of one import that speak of records of one table."""

    def __init__(
        self,
        connection: Connection,
        running: Running,
        actor: Actor,
        course: Course,
        ids: Mapping[str, str],
        now: datetime,
        quiet: bool,
    ) -> None:
        self._connection = connection
        self._running = running
        self._actor = actor
        self._course = course
        self._ids = ids
        self._now = now
        self._quiet = quiet
        self._named: dict[str, tuple[Node | Exit | None, Collection[str]]] = {}

    def take(self, told: Sequence[_Numbered]) -> Iterator[tuple[int, Outcome]]:
        """What became of each; everything is written when the last was asked for."""
        grouped: dict[str, list[_Numbered]] = defaultdict(list)
        for place, each in told:
            grouped[self._ids[each.record]].append((place, each))
        records = gather(self._connection, self._running, self._course, list(grouped))
        outcomes: list[tuple[int, Outcome]] = []
        rows: list[dict[str, object]] = []
        touched = []
        for record, lines in grouped.items():
            claims = list(self._heard(records[record], lines, outcomes))
            if claims:
                records[record].claims += claims
                rows += [claim_row(self._course.table.id, record, claim) for claim in claims]
                touched.append(records[record])
        insert_many(self._connection, system.claim, rows)
        self._break_silences(rows)
        Following(self._connection, self._running, self._course, self._now, self._quiet).settle(touched, replayed=True)
        return iter(outcomes)

    def _break_silences(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Ends the alerts about sources from which these words came lately."""
        latest: dict[str, datetime] = {}
        for row in rows:
            latest[row["source"]] = max(latest.get(row["source"], row["received_at"]), row["received_at"])
        silence = Silence(self._connection, self._running, self._now)
        for source, heard_at in latest.items():
            silence.broken_by(source, heard_at)

    def _heard(
        self, record: Gathered, lines: Sequence[_Numbered], outcomes: list[tuple[int, Outcome]]
    ) -> Iterator[Claim]:
        """The new claims about one record; what became of each line is added to the outcomes."""
        known = {claim.same for claim in standing(record.claims)}
        for place, each in lines:
            claim = self._claim(record, each)
            outcomes.append((place, Outcome(False, claim) if isinstance(claim, Problem) else _KEPT))
            if isinstance(claim, Claim) and claim.same not in known:
                known.add(claim.same)
                yield claim

    def _claim(self, record: Gathered, told: Told) -> Claim | Problem:
        node, sources = self._speakers(told.node)
        if node is None:
            return self._unknown(told.node)
        if told.source not in sources:
            return wrong_source(self._running.manifest, node, told.source[:60], self._actor.language)
        part = self._part(record, node, told.part)
        if isinstance(part, Problem):
            return part
        received_at = min(told.received_at or self._now, self._now)
        return Claim(new_id(), node.id, told.source, told.at, received_at, part, outside=True)

    def _speakers(self, name: str) -> tuple[Node | Exit | None, Collection[str]]:
        """What is called so, and the sources whose words of it the actor may bring."""
        found = self._named.get(name)
        if found is None:
            node = spoken_of(self._course.line, name)
            speakers = [speaker for speaker in node.by if may_bring(self._actor, speaker)] if node is not None else []
            sources = frozenset(speaker.source for speaker in speakers)
            found = self._named[name] = node, sources
        return found

    def _part(self, record: Gathered, node: Node | Exit, named: str | None) -> str | Problem:
        if not named:
            return ""
        if not isinstance(node, Node) or node.per is None:
            return NO_PARTS(field="part", title=node.title)
        pieces = (piece for piece in record.pieces if piece.ended is None and piece.per == node.per)
        found = next((piece.id for piece in pieces if named in (piece.key, piece.id)), None)
        return found or UNKNOWN_PART(field="part", found=named[:60])

    def _unknown(self, name: str) -> Problem:
        near = nearest(name, [*self._course.line.number, *self._course.line.exits])
        found = name[:60]
        return (
            UNKNOWN_NODE_NEAR(field="node", found=found, near=near) if near else UNKNOWN_NODE(field="node", found=found)
        )
