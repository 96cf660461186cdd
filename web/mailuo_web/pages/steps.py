"""The tall lifeline of a record page: a step for each node, with time, source, evidence, why, and how to confirm it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from mailuo.metadata.model import Node
from mailuo_web.lifeline import Line, Mark, Rung, State, rungs_of
from mailuo_web.pages.confirming import ConfirmView
from mailuo_web.pages.saids import ProofView, SaidView, proofs_of, said_of
from mailuo_web.pages.sources import source_title
from mailuo_web.pages.standing import passed_in
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.told import ExitTold, NodeTold
from mailuo_web.texts.times import age, exact, short, shortened

_TONES = {Mark.RED: "red", Mark.ORANGE: "org", Mark.EARLY: "grn"}


@dataclass(frozen=True, slots=True)
class PartView:
    """How one part stands."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the tall line."""

    id: str
    title: str
    state: str
    full: bool
    head: Markup
    below: Markup
    state_text: str
    tone: str
    source: str
    when: str
    exact: str
    why: str
    proofs: tuple[ProofView, ...]
    parts: tuple[PartView, ...]
    said: tuple[SaidView, ...]
    disputed_for: str
    reason: str
    confirm: ConfirmView | None = None
    dispute: str = ""


@dataclass(frozen=True, slots=True)
class Tall:
    """The whole tall line and its sentence."""

    label: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class StepsWriter:
    """Writes the steps of one record."""

    subject: Subject
    line: Line
    nodes: Mapping[str, NodeTold]
    confirms: Mapping[str, ConfirmView]
    exit: ExitTold | None = None
    disputed: Mapping[str, datetime] = field(default_factory=dict)
    """Since when nodes are disputed."""

    def steps(self) -> tuple[Step, ...]:
        """The steps from the first node to the last; nodes that do not apply have none."""
        return tuple(
            self._ended(rung, self.exit) if self.exit and Mark.EXIT in rung.stop.marks else self._step(rung)
            for rung in rungs_of(self.line)
        )

    def _ended(self, rung: Rung, left: ExitTold) -> Step:
        """The step at which the line left by an exit."""
        subject = self.subject
        assert subject.flow is not None
        said = said_of(subject, subject.flow.exits[left.id], left.claims)
        return Step(
            id=left.id,
            title=left.title,
            state="exit",
            full=True,
            head=rung.head,
            below=rung.below,
            state_text="",
            tone="",
            source=source_title(subject.running.manifest, left.source, subject.say),
            when=self._short(left.at) if left.at else "",
            exact=exact(left.at, subject.zone) if left.at else "",
            why=" · ".join(word for one in said if one.standing for word in (one.who, one.note) if word),
            proofs=(),
            parts=(),
            said=said,
            disputed_for="",
            reason="",
        )

    def _step(self, rung: Rung) -> Step:
        stop, told = self.line.by_id[rung.stop.id], self.nodes.get(rung.stop.id)
        node = self.subject.flow.nodes[stop.id] if self.subject.flow else None
        assert node is not None
        confirm = self.confirms.get(stop.id)
        why = self._why(node, told)
        return Step(
            id=stop.id,
            title=stop.title,
            state=stop.state.value,
            full=stop.state is not State.PENDING or bool(why) or confirm is not None,
            head=rung.head,
            below=rung.below,
            state_text=" · ".join(self._state_words(stop.id, told)),
            tone=next((_TONES[mark] for mark in _TONES if mark in stop.marks), ""),
            source=source_title(self.subject.running.manifest, told.stand.source, self.subject.say)
            if told and told.stand.source and stop.state in (State.REACHED, State.INFERRED)
            else "",
            when=self._when(node, told),
            exact=exact(stop.at, self.subject.zone) if stop.at else "",
            why=why,
            proofs=tuple(proofs_of(self.subject, told.claims)) if told else (),
            parts=tuple(self._parts(told)),
            said=said_of(self.subject, node, told.claims) if told else (),
            disputed_for=self.subject.say("grid.disputed_for", age=self._disputed_for(stop.id, told)).strip(),
            reason=self._told(told) if told else "",
            confirm=confirm,
            dispute=f"/disputes/{told.dispute}" if told and told.dispute else "",
        )

    def _state_words(self, node: str, told: NodeTold | None) -> Iterator[str]:
        say, stop = self.subject.say, self.line.by_id[node]
        if stop.state is State.DUE and told:
            yield say("step.since", age=self._waiting(told))
        if stop.state is State.INFERRED:
            yield say("state.inferred")
        if told and told.provisional:
            yield say("step.provisional")
        if told and told.unproved:
            yield say("step.unproved")
        if told and told.early:
            yield say("step.before")
        for mark in (Mark.LATE, Mark.EARLY, Mark.VERDICT):
            if mark in stop.marks:
                yield say(f"mark.{mark}")
        if told and told.parts:
            done = sum(part.state in (State.REACHED, State.INFERRED) for part in told.parts)
            yield say("step.parts", done=done, all=len(told.parts))

    def _when(self, node: Node, told: NodeTold | None) -> str:
        """The time of what is reached; of what is not, what it waits for."""
        say, stop = self.subject.say, self.line.by_id[node.id]
        if stop.at:
            return self._short(stop.at)
        if node.wait is not None:
            return say("step.by_clock", wait=age(node.wait, say.language))
        if node.requires and stop.state is State.PENDING:
            return say("step.needs", fields=say("line.and").join(self.subject.title_of(one) for one in node.requires))
        return ""

    def _why(self, node: Node, told: NodeTold | None) -> str:
        """Who said it and how long it took; for what is not plain, the engine's own reason."""
        say, stop = self.subject.say, self.line.by_id[node.id]
        if told is None or stop.state in (State.PENDING, State.DISPUTED):
            return say("step.held") if told and told.stand.held else ""
        if stop.state is State.INFERRED:
            return self._told(told) or say("step.inferred")
        if stop.state is State.DUE:
            return self._told(told) if node.by else ""
        claim = next((one for one in told.claims if one.source == told.stand.source), None)
        words = [claim.actor if claim and _personal(claim.source) else "", claim.note if claim else ""]
        took = passed_in(self.line).get(node.id)
        words.append(say("step.took", age=age(took, say.language)) if took else "")
        return " · ".join(word for word in words if word)

    def _told(self, told: NodeTold) -> str:
        """The engine's own reason, with times as the page tells them."""
        return shortened(told.why, self.subject.now, self.subject.zone, self.subject.say.language)

    def _waiting(self, told: NodeTold | None) -> str:
        since = (told.stand.due_since or told.stand.at) if told else None
        return age(self.subject.now - since, self.subject.say.language) if since else ""

    def _disputed_for(self, node: str, told: NodeTold | None) -> str:
        since = self.disputed.get(node)
        return age(self.subject.now - since, self.subject.say.language) if since else self._waiting(told)

    def _parts(self, told: NodeTold | None) -> Iterator[PartView]:
        """The parts of a node that not all of them have reached, once it is the turn of one of them."""
        if told is None or told.stand.state is State.REACHED or all(part.state is State.PENDING for part in told.parts):
            return
        for part in told.parts:
            at = self._short(part.at) if part.at else ""
            yield PartView(part.key, f"{self.subject.say(f'state.{part.state}')} {at}".strip())

    def _short(self, at: object) -> str:
        return short(at, self.subject.now, self.subject.zone, self.subject.say.language)  # type: ignore[arg-type]


def _personal(source: str) -> bool:
    """Whether a person spoke, so that the name says more than the source."""
    return source == "manual" or source.startswith("role:")
