"""Arbitration: whom to believe of a node of which several sources speak, and when they contradict each other. Pure.

Until the golden source speaks, the first auxiliary one stands, provisionally. Golden then replaces it when they lie
within the tolerance; further apart is a conflict, and so is an auxiliary word that stays alone for the whole grace.
A verdict ends it all. Every part of a record is judged by itself; a word that names no part speaks for each part of
which its source has said nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mailuo.base.moments import later
from mailuo.flow.claim import Claim
from mailuo.flow.timeline import Part, Ruling
from mailuo.metadata.arbitration import Arbitration

CONFLICT, GRACE = "conflict", "grace"
Lane = Mapping[str, Claim]
"""The earliest claim of each source, for the record or one part."""


class Contradiction(NamedTuple):
    """A dispute that has to be open: of which part (empty: the whole record), and why."""

    node: str
    part: str
    cause: str


class Judgement(NamedTuple):
    """What arbitration makes of the claims of one record."""

    rulings: Mapping[tuple[str, str], Ruling]
    """By part and node."""
    contradictions: Sequence[Contradiction]
    ends: Mapping[str, datetime]
    """When the grace of a node runs out, if golden keeps silent until then."""


NOTHING = Judgement({}, (), {})


def judge(
    arbitrations: Iterable[tuple[Arbitration, str | None]],
    claims: Sequence[Claim],
    parts: Sequence[Part],
    now: datetime,
) -> Judgement:
    """The judgement on the claims that stand; each arbitration comes with the links field of its node's parts."""
    rulings: dict[tuple[str, str], Ruling] = {}
    found: list[Contradiction] = []
    ends: dict[str, datetime] = {}
    for rule, per in arbitrations:
        said = [claim for claim in claims if claim.node == rule.node]
        if not said:
            continue
        members = [part.id for part in parts if per is not None and part.per == per]
        case = _Case(rule, said, members, now)
        rulings.update(case.rulings())
        found += case.contradictions()
        if case.grace_ends is not None:
            ends[rule.node] = case.grace_ends
    return Judgement(rulings, found, ends)


class _Case:
    """One node of one record."""

    def __init__(self, rule: Arbitration, claims: Sequence[Claim], parts: Sequence[str], now: datetime) -> None:
        self._rule = rule
        self._now = now
        self._broad = _earliest(claim for claim in claims if not claim.part or not parts)
        own = {part: _earliest(claim for claim in claims if claim.part == part) for part in parts}
        self._lanes: dict[str, Lane] = {part: {**self._broad, **own[part]} for part in parts} or {"": self._broad}
        decided = {claim.part for claim in claims if claim.verdict}
        whole = "" in decided or bool(decided) and not parts
        self._open = [lane for lane in self._lanes if not whole and lane not in decided]
        self._golden = {lane: words[rule.golden] for lane, words in self._lanes.items() if rule.golden in words}
        self._patience = self._alone()
        self._found = self._judged()

    def rulings(self) -> Mapping[tuple[str, str], Ruling]:
        """What stands in each lane that no verdict has decided."""
        frozen = {one.part for one in self._found}
        return {(lane, self._rule.node): self._ruling(lane, frozen) for lane in self._open}

    def contradictions(self) -> Sequence[Contradiction]:
        """The disputes that have to be open."""
        return self._found

    @property
    def grace_ends(self) -> datetime | None:
        """When the next auxiliary word has stayed alone for too long; None when none is left alone."""
        return min((end for end in self._patience.values() if end > self._now), default=None)

    def _alone(self) -> Mapping[str, datetime]:
        """When the patience with words that golden does not confirm ends, by part (empty: of every part).

        Golden confirms a word about a part by speaking of that part, and one that names none by speaking of any.
        """
        ends: dict[str, datetime] = {}
        if self._rule.grace is None:
            return ends
        for lane in self._open:
            for claim in self._auxiliary(self._lanes[lane]):
                about = lane if self._is_own(claim, lane) else ""
                if not (about in self._golden if about else self._golden):
                    end = later(claim.received_at, self._rule.grace)
                    ends[about] = min(ends.get(about, end), end)
        return ends

    def _judged(self) -> list[Contradiction]:
        lanes = {lane for lane in self._open if lane in self._golden and self._contradicted(lane)}
        lanes |= {lane for lane in self._far_off() if lane in self._open}
        found = [Contradiction(self._rule.node, lane, CONFLICT) for lane in sorted(lanes)]
        over = {about for about, end in self._patience.items() if end <= self._now}
        return found + [Contradiction(self._rule.node, about, GRACE) for about in ([""] if "" in over else sorted(over))]

    def _contradicted(self, lane: str) -> bool:
        """Whether an auxiliary word about this very lane lies too far from golden's."""
        golden = self._golden[lane]
        return any(
            self._is_own(claim, lane) and self._apart(claim, golden) for claim in self._auxiliary(self._lanes[lane])
        )

    def _far_off(self) -> Iterable[str]:
        """The nearest part to each word that names none and fits none."""
        for source in self._rule.auxiliary:
            word = self._broad.get(source)
            lanes = [lane for lane in self._lanes if self._lanes[lane].get(source) is word]
            if word is None or lanes == [""] or not lanes:
                continue
            golden = {lane: claim for lane, claim in self._golden.items() if lane in lanes}
            if golden and all(self._apart(word, claim) for claim in self._golden.values()):
                yield min(golden, key=lambda lane: (abs(golden[lane].at - word.at), lane))

    def _ruling(self, lane: str, frozen: set[str]) -> Ruling:
        if lane in frozen or "" in frozen:
            return Ruling(None, disputed=True)
        golden = self._golden.get(lane)
        if golden is not None:
            return Ruling(golden)
        word = next(iter(self._auxiliary(self._lanes[lane])), None)
        return Ruling(word, provisional=word is not None)

    def _auxiliary(self, words: Lane) -> list[Claim]:
        """The auxiliary words of a lane, in the order of the declaration."""
        return [words[source] for source in self._rule.auxiliary if source in words]

    def _is_own(self, claim: Claim, lane: str) -> bool:
        return lane in ("", claim.part)

    def _apart(self, one: Claim, other: Claim) -> bool:
        return abs(one.at - other.at) > self._rule.tolerance


def _earliest(claims: Iterable[Claim]) -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    for claim in claims:
        before = found.get(claim.source)
        if before is None or (claim.at, claim.id) < (before.at, before.id):
            found[claim.source] = claim
    return found
