"""Words: of all that was said, the word that counts for each node, in the record's own lane and in each part's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from mailuo.flow.claim import Claim
from mailuo.flow.line import Line

_LAST = 1_000


class Holds(Protocol):
    """Something that holds or does not."""

    @property
    def holds(self) -> bool: ...


class Piece(Protocol):
    """A part: its id, and the links field in which it stands."""

    @property
    def id(self) -> str: ...

    @property
    def per(self) -> str: ...


class Words(NamedTuple):
    """The words of one lane: the one that counts for each node, and which nodes were spoken of (bits)."""

    of: list[Claim | None]
    told: int = 0
    outside: int = 0


def exit_of(line: Line, claims: Iterable[Claim]) -> Claim | None:
    """The way by which the record left the line: the earliest, on a tie the one declared first."""
    leaving = [claim for claim in claims if claim.node in line.exits] if line.exits else ()
    if not leaving:
        return None
    ranks = {name: place for place, name in enumerate(line.exits)}
    return min(leaving, key=lambda claim: (claim.at, ranks[claim.node], claim.source, claim.id))


def words_of(
    line: Line,
    claims: Iterable[Claim],
    parts: Sequence[Piece],
    leaving: Claim | None,
    truths: Mapping[str, Holds],
) -> Mapping[str, Words]:
    """The words that count, by lane: the empty one is the record's own. After an exit only older words count."""
    mute = {name for name, truth in truths.items() if not truth.holds}
    counting = [
        (place, claim)
        for claim in claims
        if (place := line.number.get(claim.node)) is not None
        and claim.node not in mute
        and (leaving is None or claim.at < leaving.at)
    ]
    if not parts:
        return {"": _words(line, counting)}
    members = _members(parts)
    lanes: dict[str, list[tuple[int, Claim]]] = {"": [], **{part.id: [] for part in parts}}
    for place, claim in counting:
        lane = claim.part if line.nodes[place].per in members else ""
        if lane in lanes:
            lanes[lane].append((place, claim))
    return _shared(line, lanes, members)


def _members(parts: Sequence[Piece]) -> Mapping[str | None, list[str]]:
    members: dict[str | None, list[str]] = {}
    for part in parts:
        members.setdefault(part.per, []).append(part.id)
    return members


def _shared(
    line: Line, lanes: Mapping[str, list[tuple[int, Claim]]], members: Mapping[str | None, Sequence[str]]
) -> Mapping[str, Words]:
    """The lanes, where a word that names no part speaks for each part of which its source has not spoken."""
    spoken = {
        (part, place, claim.source) for part, words in lanes.items() if part for place, claim in words if claim.part
    }
    own = [(place, claim) for place, claim in lanes[""] if line.nodes[place].per not in members]
    broad = [(place, claim) for place, claim in lanes[""] if line.nodes[place].per in members]
    full = {
        part: lanes[part]
        + [each for each in broad if line.nodes[each[0]].per == per and (part, each[0], each[1].source) not in spoken]
        for per, those in members.items()
        for part in those
    }
    reduced = {part: _words(line, words) for part, words in full.items()}
    record = _words(line, own)
    told, outside = record.told, record.outside
    for words in reduced.values():
        told, outside = told | words.told, outside | words.outside
    shared = {
        part: Words(words.of, words.told | record.told, words.outside | record.outside)
        for part, words in reduced.items()
    }
    return {"": Words(record.of, told, outside), **shared}


def _words(line: Line, words: Iterable[tuple[int, Claim]]) -> Words:
    best: list[Claim | None] = [None] * len(line.nodes)
    told = outside = 0
    for place, claim in words:
        told |= 1 << place
        if claim.outside or claim.verdict:
            outside |= 1 << place
        held = best[place]
        if held is None or _before(line.rank[place], claim, held):
            best[place] = claim
    return Words(best, told, outside)


def _before(rank: Mapping[str, int], claim: Claim, other: Claim) -> bool:
    """Whether a word comes before another: a verdict first, then the earliest, then by the order of `by`."""
    if claim.verdict is not other.verdict:
        return claim.verdict
    if claim.at != other.at:
        return claim.at < other.at
    mine, theirs = rank.get(claim.source, _LAST), rank.get(other.source, _LAST)
    return (mine, claim.source, claim.id) < (theirs, other.source, other.id)
