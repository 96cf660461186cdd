"""Saying: one word about a record, by somebody, in one transaction: checked, kept, and followed by what it entails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from mailuo.base.ids import new_id
from mailuo.base.near import nearest
from mailuo.base.problems import Problem, Refusal
from mailuo.flow.claim import Claim, standing
from mailuo.flow.conditions import exit_problem, node_problem, spoken_of, time_problem
from mailuo.flow.course import Course
from mailuo.flow.evidence import Handed, scan_problem
from mailuo.flow.following import Following
from mailuo.flow.gathering import Gathered, gather, gather_standing
from mailuo.flow.messages import (
    CHOOSE_PART,
    NO_PARTS,
    NOT_YOURS,
    UNKNOWN_CLAIM,
    UNKNOWN_NODE,
    UNKNOWN_NODE_NEAR,
    UNKNOWN_PART,
)
from mailuo.flow.note import checked_note
from mailuo.flow.scanning import pieces_of
from mailuo.flow.silence import Silence
from mailuo.flow.speaking import Voice, may_withdraw, voice_of
from mailuo.flow.state import Timeline
from mailuo.flow.view import Reading
from mailuo.metadata.model import Exit, Node
from mailuo.records.actor import Actor
from mailuo.records.attachments import Attachments, sight_of
from mailuo.records.door import Records
from mailuo.records.running import Running
from mailuo.records.standing import Standing
from mailuo.storage import files, system
from mailuo.storage.bulk import insert_many


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says: the node, when it was reached (now, if nothing is said), and what proves it."""

    node: str
    at: datetime | None = None
    source: str | None = None
    part: str | None = None
    evidence: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    note: str | None = None


class Heard(NamedTuple):
    """A record of which something was said, and its timeline with it."""

    record: Gathered
    timeline: Timeline


@dataclass(frozen=True)
class Saying:
    """Somebody's words about records of one table, in one transaction. The records are locked already."""

    connection: Connection
    running: Running
    actor: Actor
    course: Course
    records: Records
    now: datetime
    quiet: bool = False

    def say(self, about: Standing, word: Word) -> Heard:
        """The timeline of the record with this word; refuses a person whose word does not fit."""
        node = self._spoken_of(word.node)
        voice = voice_of(self.running.manifest, self.actor, node, word.source)
        if isinstance(voice, Problem):
            raise Refusal(voice)
        record = self._gather(about)
        part = self._part(record, node, word.part, voice)
        claim = Claim(
            new_id(), node.id, voice.source, word.at or self.now, self.now, part, voice.outside
        )
        if any(each.same == claim.same for each in standing(record.claims)):
            return Heard(record, self._reading.timeline(record))
        proofs = self._checked(about, record, node, claim, voice, word)
        if self._hand_over(about, node, word):
            record = gather(self.connection, self.running, self.course, [about.id])[about.id]
        return self._keep(record, claim, checked_note(word.note), proofs)

    def hear(self, about: Standing, words: Sequence[Word], source: str, part: str = "") -> Timeline:
        """The timeline with these words of a system, of which something was heard, be it nothing new.

        What it has said before is left out, and one line follows from all.
        """
        note_heard(self.connection, about.id, part, source, self.now)
        record = self._gather(about)
        known = {claim.same for claim in standing(record.claims)}
        new: list[Claim] = []
        for word in words:
            node = self._spoken_of(word.node)
            voice = voice_of(self.running.manifest, self.actor, node, word.source)
            if isinstance(voice, Problem):
                raise Refusal(voice)
            part = self._part(record, node, word.part, voice)
            claim = Claim(new_id(), node.id, voice.source, word.at or self.now, self.now, part, outside=True)
            if claim.same not in known:
                known.add(claim.same)
                new.append(claim)
        if not new and not self.course.minds_silence:
            return self._reading.timeline(record)
        insert_many(self.connection, system.claim, [claim_row(self.course.table.id, record.id, claim) for claim in new])
        record.claims += new
        following = Following(self.connection, self.running, self.course, self.now, self.quiet)
        return following.settle([record])[record.id]

    def withdraw(self, about: Standing, claim_id: str, note: str | None) -> Heard:
        """The timeline without one claim; only who said it, or an admin, may take it back, and no verdict."""
        record = self._gather(about)
        taken = next((claim for claim in record.claims if claim.id == claim_id and claim.retracts is None), None)
        if taken is None or any(claim.retracts == claim_id for claim in record.claims):
            raise Refusal(UNKNOWN_CLAIM(field="retract", found=claim_id[:60]))
        node = spoken_of(self.course.line, taken.node)
        if taken.verdict or node is None or not may_withdraw(self.actor, taken.source, node):
            raise Refusal(NOT_YOURS(field="retract"))
        claim = taken._replace(id=new_id(), received_at=self.now, retracts=taken.id)
        return self._keep(record, claim, checked_note(note), [])

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self.running, self.course, self.now)

    @cached_property
    def _attachments(self) -> Attachments:
        return Attachments(self.connection, self.actor, sight_of(self.connection, self.running, self.actor, self.now))

    def _gather(self, about: Standing) -> Gathered:
        return gather_standing(self.connection, self.running, self.course, about)

    def _spoken_of(self, name: str) -> Node | Exit:
        node = spoken_of(self.course.line, name)
        if node is not None:
            return node
        near = nearest(name, [*self.course.line.number, *self.course.line.exits])
        found = name[:60]
        raise Refusal(
            UNKNOWN_NODE_NEAR(field="node", found=found, near=near) if near else UNKNOWN_NODE(field="node", found=found)
        )

    def _part(self, record: Gathered, node: Node | Exit, named: str | None, voice: Voice) -> str:
        """The id of the part that is meant; a person has to choose where there are several."""
        per = node.per if isinstance(node, Node) else None
        pieces = [piece for piece in record.pieces if piece.ended is None and piece.per == per]
        if named is not None:
            if per is None:
                raise Refusal(NO_PARTS(field="part", title=node.title))
            found = next((piece.id for piece in pieces if named in (piece.key, piece.id)), None)
            if found is None:
                raise Refusal(UNKNOWN_PART(field="part", found=named[:60]))
            return found
        if voice.outside or not pieces:
            return ""
        if len(pieces) > 1:
            raise Refusal(CHOOSE_PART(field="part", title=node.title, parts="、".join(piece.key for piece in pieces)))
        return pieces[0].id

    def _checked(
        self, about: Standing, record: Gathered, node: Node | Exit, claim: Claim, voice: Voice, word: Word
    ) -> list[dict[str, object]]:
        """The proofs to be kept; refuses what a person may not say as the record stands."""
        if not voice.outside:
            self._check_person(record, node, claim)
        if not isinstance(node, Node):
            return []
        handed = Handed(self.course.table, node, about.access, word.evidence, word.note)
        proofs, wrong = handed.proofs(self._attachments)
        wrong = [*handed.unknown(), *wrong, *handed.files(self._attachments)]
        wrong += handed.barred()
        if not voice.outside and voice.proves:
            wrong += handed.missing(about.values)
        wrong += self._scan_problems(about, handed)
        if wrong:
            raise Refusal(*wrong)
        return proofs

    def _check_person(self, record: Gathered, node: Node | Exit, claim: Claim) -> None:
        timeline, line, zone = self._reading.timeline(record), self.course.line, self.running.zone
        problem = time_problem(claim.at, self.now, zone) or exit_problem(line, timeline, claim.at, zone)
        if problem is None and isinstance(node, Node):
            problem = node_problem(line, timeline, node, claim.part)
        if problem is not None:
            raise Refusal(problem)

    def _scan_problems(self, about: Standing, handed: Handed) -> list[Problem]:
        asked = handed.scan
        if asked is None:
            return []
        codes = handed.scanned()
        if isinstance(codes, Problem):
            return [codes]
        pieces = pieces_of(self.connection, self.running, self.course.table, asked, about.key, self.now)
        problem = scan_problem(pieces, codes)
        return [problem] if problem else []

    def _hand_over(self, about: Standing, node: Node | Exit, word: Word) -> bool:
        """Puts what was handed over into the fields that the node requires; whether there was anything.

        The node asks for it, so no right to change the field is needed; what may be seen was checked before.
        """
        table = self.course.table
        fields = Handed(table, node, about.access, word.evidence, None).fields if isinstance(node, Node) else {}
        if not fields:
            return False
        hand = replace(self.actor, kind="system")
        self.records.writing(self.connection, self.running, hand, table.id).update(about.id, fields, None)
        return True

    def _keep(
        self, record: Gathered, claim: Claim, note: str | None, proofs: list[dict[str, object]]
    ) -> Heard:
        row = claim_row(self.course.table.id, record.id, claim)
        actor = None if self.actor.kind == "system" else self.actor.name
        insert_many(self.connection, system.claim, [{**row, "actor": actor, "note": note, "evidence": proofs or None}])
        for proof in proofs:
            if "id" in proof:
                place = f"claim:{claim.id}"
                files.attach(self.connection, str(proof["id"]), self.course.table.id, record.id, place)
        record.claims.append(claim)
        if claim.retracts is None:
            Silence(self.connection, self.running, self.now).broken_by(claim.source)
        following = Following(self.connection, self.running, self.course, self.now, self.quiet)
        return Heard(record, following.settle([record])[record.id])


def note_heard(connection: Connection, record: str, part: str, source: str, now: datetime) -> None:
    """Notes that an event of a source has found a record, or one of its parts."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = dialect.insert(system.heard).values(record=record, part=part, source=source, at=now)
    connection.execute(row.on_conflict_do_update(index_elements=["record", "part", "source"], set_={"at": now}))


def claim_row(table: str, record: str, claim: Claim) -> dict[str, object]:
    """The row that keeps a claim."""
    return {"record": record, "table": table, **claim._asdict()}
