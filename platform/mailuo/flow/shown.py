"""Shown: a timeline as the API writes it and pages draw it, each node with a sentence that says why it stands so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from mailuo.base.moments import format_moment
from mailuo.base.problems import Language
from mailuo.flow.believing import Decided, Grounds, Spoken, believed, remark
from mailuo.flow.claim import Claim
from mailuo.flow.course import Course
from mailuo.flow.gathering import Piece
from mailuo.flow.speaking import titled
from mailuo.flow.state import NodeState, State, Timeline
from mailuo.flow.why import Telling, why
from mailuo.metadata.model import Exit, Node
from mailuo.records.running import Running

Json = dict[str, object]


class KeptClaim(NamedTuple):
    """A claim as it is stored."""

    id: str
    node: str
    source: str
    at: datetime
    received_at: datetime
    part: str
    retracts: str | None
    verdict: bool
    actor: str | None
    note: str | None
    evidence: Sequence[Mapping[str, Any]] | None


@dataclass(frozen=True)
class Shown:
    """One record's timeline, ready to be written for readers of one language."""

    running: Running
    course: Course
    language: Language
    timeline: Timeline
    rows: Sequence[KeptClaim]
    """Its claims as stored, oldest first, as far as they were known."""
    pieces: Sequence[Piece]
    untold: frozenset[str] = frozenset()
    """The nodes whose condition reads what the reader may not see."""
    givers: Mapping[str, str] = field(default_factory=dict)
    """Who gave the evidence for each verdict, by the id of its claim."""
    disputes: Mapping[str, str] = field(default_factory=dict)
    """The open dispute about each node, by its id."""
    unborn: bool = False
    """Whether it is shown as of a moment at which there was no such record."""

    def json(self) -> Json:
        """`{status, …, nodes: […], exits: […]}`."""
        timeline = self.timeline
        nodes = [self._node(node, state) for node, state in zip(self.course.line.nodes, timeline.nodes, strict=True)]
        return {
            "status": timeline.status,
            "status_since": self._moment(timeline.status_since),
            "closed": timeline.closed,
            "disputed": timeline.disputed,
            "nodes": nodes,
            "exits": [self._exit(each) for each in self.course.line.exits.values()],
        }

    def _node(self, node: Node, state: NodeState) -> Json:
        marks = {name: True for name in ("provisional", "unproved", "held", "early") if getattr(state, name)}
        parts = [{"part": self._key(part), **self._standing(each)} for part, each in state.parts]
        return {
            "id": node.id,
            "title": node.title,
            **self._standing(state),
            **marks,
            **({"parts": parts} if parts else {}),
            **({"dispute": self.disputes[node.id]} if node.id in self.disputes else {}),
            "why": self._why(node, state),
            "claims": self._claims(node.id, {state.claim, *(each.claim for _, each in state.parts)}),
        }

    def _exit(self, exit_: Exit) -> Json:
        leaving = self.timeline.exit
        left = leaving if leaving is not None and leaving.node == exit_.id else None
        at = self._moment(left.at) if left else None
        claims = self._claims(exit_.id, {left.id} if left else set())
        return {"id": exit_.id, "title": exit_.title, "at": at, "source": left.source if left else None, "claims": claims}

    def _standing(self, state: NodeState) -> Json:
        told: Json = {"state": state.state.value, "at": self._moment(state.at), "source": state.source}
        return {**told, "due_since": self._moment(state.due_since)}

    def _why(self, node: Node, state: NodeState) -> str:
        line, manifest = self.course.line, self.running.manifest
        before = line.after[line.number[node.id]] if state.state is State.PENDING else ()
        missing = [line.nodes[place].title for place in before if not self.timeline.nodes[place].done]
        speakers = node.by if state.state is State.DUE else ()
        leaving = self.timeline.exit
        telling = Telling(
            zone=self.running.zone,
            source=titled(manifest, state.source or "", self.language),
            speakers=[titled(manifest, speaker.source, self.language) for speaker in speakers],
            missing=missing,
            left=line.exits[leaving.node].title if leaving else None,
            condition=node.when.text if node.when and node.id not in self.untold else None,
            unborn=self.unborn,
        )
        grounds = self._grounds(node)
        if grounds is None:
            return why(state, telling, self.language)
        told = believed(state, grounds)
        return told or why(state._replace(provisional=False), telling, self.language) + remark(state, grounds)

    def _grounds(self, node: Node) -> Grounds | None:
        """What arbitration goes by, where a rule judges the node."""
        rule, manifest = self.course.arbitration_of(node.id), self.running.manifest
        if rule is None:
            return None
        withdrawn = {row.retracts for row in self.rows if row.retracts}
        said = [row for row in self.rows if row.node == node.id and not row.retracts and row.id not in withdrawn]
        words = [
            Spoken(row.source, titled(manifest, row.source, self.language), row.at, row.received_at, row.part)
            for row in said
            if not row.verdict
        ]
        decided = [
            Decided(row.at, row.actor or "", row.received_at, self.givers.get(row.id, ""), _photo(row))
            for row in said
            if row.verdict
        ]
        golden = titled(manifest, rule.golden, self.language)
        return Grounds(rule, golden, words, decided, self.running.zone, self.language)

    def _claims(self, node: str, counting: Iterable[str | None]) -> list[Json]:
        withdrawn = {row.retracts: row for row in self.rows if row.retracts}
        chosen = set(counting)
        return [
            self._claim(row, withdrawn, standing=row.id in chosen)
            for row in self.rows
            if row.node == node and not row.retracts
        ]

    def _claim(self, row: KeptClaim, withdrawn: Mapping[str, KeptClaim], *, standing: bool) -> Json:
        leaving: Claim | None = self.timeline.exit
        state = "standing" if standing else "heard"
        if row.id in withdrawn:
            state = "retracted"
        elif leaving is not None and not standing and row.at >= leaving.at:
            state = "without_effect"
        told: Json = {
            "id": row.id, "source": row.source, "at": self._moment(row.at), "received_at": self._moment(row.received_at),
            "evidence": list(row.evidence or ()), "state": state,
        }  # fmt: skip
        more = {"actor": row.actor, "part": self._key(row.part) if row.part else None, "note": row.note}
        if row.id in withdrawn:
            more["retracted_note"] = withdrawn[row.id].note
        return {**told, **{name: value for name, value in more.items() if value is not None}}

    def _key(self, part: str) -> str:
        return next((piece.key for piece in self.pieces if piece.id == part), part)

    def _moment(self, at: datetime | None) -> str | None:
        return None if at is None else format_moment(at, self.running.zone)


def _photo(row: KeptClaim) -> str:
    """The name of the photo that proves a claim; empty where there is none."""
    return next((str(each.get("name") or "") for each in row.evidence or () if each.get("kind") == "photo"), "")
