"""Arbitrations as frozen dataclasses: which source is believed of a node, and what a conflict does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from mailuo.base.problems import Place
from mailuo.metadata.given import Given


@dataclass(frozen=True, slots=True)
class Dispute:
    """What a conflict opens, whom it asks, what evidence it needs, and who reviews that."""

    table: str | None
    """The table of the ticket; None where no ticket is opened."""
    values: Mapping[str, Given]
    assign_role: str | None
    """Who may give evidence."""
    photo: str | None
    """What the photo shows: a word for people; None when none is needed."""
    time: str | None
    """The ticket's field into which the time of the evidence goes."""
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class Arbitration:
    """A rule about one node: the golden source, the auxiliary ones in their order, and how far they may differ."""

    id: str
    title: str
    on: str
    node: str
    golden: str
    auxiliary: tuple[str, ...]
    """In order of trust; where none are written, everybody else who stands in the node's `by`."""
    tolerance: timedelta
    grace: timedelta | None
    dispute: Dispute
    enabled: bool = True
    place: Place | None = None
