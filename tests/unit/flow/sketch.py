"""Sketches: a small line, what is said of a record and what comes of it, each written in a few words.

`paid 1 desk` is the word of the source desk that paid was reached one hour after the beginning; `shipped/a 3 carrier`
is about the part a. A word of `role:x` is a person's, all others bind. `paid reached 1 desk` is how a node stands.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from mailuo.flow.claim import Claim, standing
from mailuo.flow.line import Line
from mailuo.flow.state import NodeState, Timeline
from mailuo.flow.timeline import Inputs, Part, Ruling, Truth, reduce
from mailuo.metadata.model import Evidence, EvidenceKind, Exit, Flow, Node, Speaker, SpeakerKind

BIRTH = datetime(2026, 1, 15, 1, tzinfo=UTC)
LATER = BIRTH + timedelta(days=30)
SOURCES = ("desk", "lab", "carrier", "automation")


def hour(number: float) -> datetime:
    """The moment so many hours after the beginning."""
    return BIRTH + timedelta(hours=number)


def node(id_: str, after: str = "", by: str = "desk lab carrier role:x", **more: object) -> Node:
    """A node with its predecessors and speakers in words."""
    return Node(id_, id_, tuple(after.split()), tuple(map(_speaker, by.split())), **more)  # type: ignore[arg-type]


def _speaker(word: str) -> Speaker:
    kind, _, role = word.partition(":")
    return Speaker(SpeakerKind.ROLE, role) if kind == "role" else Speaker(SpeakerKind.SOURCE, word)


def line(*nodes: Node, closed_by: str | None = None) -> Line:
    """The line of these nodes, which can be left as cancelled or returned."""
    exits = {name: Exit(name, name, (_speaker("desk"), _speaker("role:x"))) for name in ("cancelled", "returned")}
    return Line.of(Flow({each.id: each for each in nodes}, exits, closed_by))


PHOTO = (Evidence(EvidenceKind.PHOTO, required=True),)
ORDER = line(
    node("paid"),
    node("confirmed", "paid"),
    node("boards", "confirmed"),
    node("fittings", "confirmed"),
    node("packed", "boards fittings"),
    node("shipped", "packed", per="parcels", reached="all"),
    node("moving", "shipped", per="parcels", reached="any", skippable=True),
    node("signed", "moving", per="parcels", reached="all"),
    node("checked", "signed", evidence=PHOTO),
    node("over", "signed", wait=timedelta(days=7)),
    node("settled", "over"),
    closed_by="settled",
)
"""Two lanes that meet, parcels, evidence, a node that the clock reaches."""


def said(words: Iterable[str]) -> list[Claim]:
    """The claims that these words make, received in this order."""
    return [_claim(word, place) for place, word in enumerate(words)]


def _claim(word: str, place: int) -> Claim:
    about, at, source = word.split()
    name, _, part = about.partition("/")
    received = hour(1000 + place)
    return Claim(f"c{place:02}", name, source, hour(float(at)), received, part, not source.startswith("role:"))


def timeline(
    words: Iterable[str | Claim],
    of: Line = ORDER,
    *,
    parts: str = "",
    truths: Mapping[str, Truth] | None = None,
    rulings: Mapping[tuple[str, str], Ruling] | None = None,
    now: datetime = LATER,
) -> Timeline:
    """What the words come to, long after."""
    claims = [each if isinstance(each, Claim) else _claim(each, place) for place, each in enumerate(words)]
    pieces = [Part(part, "parcels") for part in parts.split()]
    return reduce(of, Inputs(standing(claims), now, BIRTH, truths or {}, pieces, rulings or {}))


def told(line_: Timeline) -> list[str]:
    """How each node stands, in words; those that wait for others are left out."""
    return [_words(each) for each in line_.nodes if each.state.value != "pending"]


def _words(state: NodeState) -> str:
    at = state.at if state.at is not None else state.due_since
    since = "" if at is None else f" {(at - BIRTH) / timedelta(hours=1):g}"
    return f"{state.node} {state.state.value}{since}{f' {state.source}' if state.source else ''}"
