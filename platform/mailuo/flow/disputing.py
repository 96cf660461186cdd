"""Disputing: which disputes have to be open, as contradictions come, change their kind and go. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mailuo.flow.arbitration import Contradiction


class DisputeState(StrEnum):
    """How a dispute stands."""

    OPEN = "open"
    EVIDENCE = "evidence"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (DisputeState.OPEN.value, DisputeState.EVIDENCE.value)
"""Those in which a dispute is not over."""


class OpenDispute(NamedTuple):
    """A dispute that is not over, as stored."""

    id: str
    node: str
    part: str
    cause: str


class Disputing(NamedTuple):
    """What has to be written so that the open disputes are the contradictions that there are."""

    opened: Sequence[Contradiction] = ()
    moved: Sequence[OpenDispute] = ()
    """Disputes that go on, with the part and the cause that they now have."""
    ended: Sequence[OpenDispute] = ()
    """Disputes of which nothing is left."""


NOTHING_TO_DO = Disputing()


def reconcile_disputes(found: Sequence[Contradiction], stored: Sequence[OpenDispute]) -> Disputing:
    """The plan: exactly one open dispute for each contradiction.

    A dispute about the whole record goes on as one about a part, or the other way round, when nothing but that changed:
    it keeps its ticket and its evidence.
    """
    if not found and not stored:
        return NOTHING_TO_DO
    wanted = {(each.node, each.part): each for each in found}
    left = []
    moved = []
    for dispute in stored:
        same = wanted.pop((dispute.node, dispute.part), None)
        if same is None:
            left.append(dispute)
        elif same.cause != dispute.cause:
            moved.append(dispute._replace(cause=same.cause))
    ended = []
    for dispute in left:
        place = next((place for place in sorted(wanted) if _goes_on(dispute, place)), None)
        if place is None:
            ended.append(dispute)
        else:
            moved.append(dispute._replace(part=place[1], cause=wanted.pop(place).cause))
    return Disputing(tuple(wanted.values()), tuple(moved), tuple(ended))


def _goes_on(dispute: OpenDispute, place: tuple[str, str]) -> bool:
    node, part = place
    return dispute.node == node and "" in (dispute.part, part)
