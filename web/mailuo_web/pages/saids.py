"""What was said of a node, word by word: who, when, with what proof, and which of it the reader may take back."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailuo.flow.speaking import may_withdraw
from mailuo.metadata.model import Exit, Node
from mailuo_web.pages.sources import source_title
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.told import Claim
from mailuo_web.texts.times import clock, exact, short

_OVER = ("retracted",)
_VERDICT = "verdict"
_PICTURES = ("photo", "signature")


@dataclass(frozen=True, slots=True)
class ProofView:
    """A piece of evidence: a link where it is a file."""

    href: str
    title: str
    kind: str
    image: bool = False


@dataclass(frozen=True, slots=True)
class SaidView:
    """One source's word about a node."""

    source: str
    standing: bool
    golden: bool
    at: str
    exact: str
    received: str
    who: str
    note: str
    state: str
    over: bool
    part: str
    proofs: tuple[ProofView, ...]
    retract: str = ""


def said_of(subject: Subject, node: Node | Exit, claims: tuple[Claim, ...]) -> tuple[SaidView, ...]:
    """Every word about a node, in the order in which it came."""
    return tuple(_said(subject, node, claim) for claim in claims)


def proofs_of(subject: Subject, claims: tuple[Claim, ...]) -> Iterator[ProofView]:
    """The evidence of words that were not taken back."""
    for claim in claims:
        if claim.state not in _OVER:
            yield from _proofs(subject, claim)


def _said(subject: Subject, node: Node | Exit, claim: Claim) -> SaidView:
    say = subject.say
    over = claim.state in _OVER
    free = not over and claim.source != _VERDICT and bool(claim.id)
    return SaidView(
        source=source_title(subject.running.manifest, claim.source, say),
        standing=claim.state == "standing",
        golden=_golden(subject, node, claim.source),
        at=_short(subject, claim.at),
        exact=exact(claim.at, subject.zone) if claim.at else "",
        received=_received(subject, claim),
        who=claim.actor,
        note=claim.note,
        state=say.title(f"claim.{claim.state}", ""),
        over=over,
        part=claim.part,
        proofs=tuple(_proofs(subject, claim)),
        retract=claim.id if free and may_withdraw(subject.actor, claim.source, node) else "",
    )


def _golden(subject: Subject, node: Node | Exit, source: str) -> bool:
    """Whether an arbitration of the node believes this source before all others."""
    rules = subject.running.manifest.arbitrations.values()
    return any((rule.on, rule.node, rule.golden) == (subject.table.id, node.id, source) for rule in rules)


def _received(subject: Subject, claim: Claim) -> str:
    """When word of it came, with the day where that is not the day that it speaks of."""
    if claim.received_at is None:
        return ""
    at = clock(claim.received_at, claim.at, subject.zone) if claim.at else _short(subject, claim.received_at)
    return subject.say("step.received", at=at)


def _proofs(subject: Subject, claim: Claim) -> Iterator[ProofView]:
    for proof in claim.evidence:
        kind = subject.say.title(f"evidence.{proof.kind}", proof.kind)
        href = f"/api/v1/files/{proof.id}" if proof.id else ""
        yield ProofView(href, proof.name, kind, bool(href) and proof.kind in _PICTURES)


def _short(subject: Subject, at: object) -> str:
    return short(at, subject.now, subject.zone, subject.say.language) if at else ""  # type: ignore[arg-type]
