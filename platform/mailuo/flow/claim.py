"""Claims: what was said of a record, and which of it stands."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

CLOCK = "clock"
VERDICT = "verdict"


class Claim(NamedTuple):
    """One word: this record, or one part of it, reached a node (or left by an exit) at a time, says a source."""

    id: str
    node: str
    source: str
    at: datetime
    received_at: datetime
    part: str = ""
    outside: bool = False
    """A system's word: it binds without predecessors, and what it leaps over counts as done."""
    verdict: bool = False
    retracts: str | None = None

    @property
    def same(self) -> tuple[str, str, str, datetime]:
        """What makes two claims of a record one claim."""
        return self.part, self.node, self.source, self.at


def standing(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims that count: each once, without those that were withdrawn."""
    said = tuple(claims)
    withdrawn = {claim.retracts for claim in said if claim.retracts is not None}
    left: dict[tuple[str, str, str, datetime], Claim] = {}
    for claim in said:
        if claim.retracts is not None or claim.id in withdrawn:
            continue
        same = claim.same
        first = left.get(same)
        if first is None or _precedes(claim, first):
            left[same] = claim
    return tuple(left.values())


def _precedes(claim: Claim, other: Claim) -> bool:
    """Whether it was heard before the same word of the other; a system's word among them binds."""
    return (not claim.outside, claim.received_at, claim.id) < (not other.outside, other.received_at, other.id)
