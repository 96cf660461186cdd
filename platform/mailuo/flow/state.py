"""States: how a node stands, and the timeline that they make together."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mailuo.flow.claim import Claim


class State(StrEnum):
    """How a node stands."""

    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    DUE = "due"
    REACHED = "reached"
    INFERRED = "inferred"
    DISPUTED = "disputed"


class NodeState(NamedTuple):
    """How one node of a record, or of one part of it, stands."""

    node: str
    state: State
    at: datetime | None = None
    source: str | None = None
    due_since: datetime | None = None
    claim: str | None = None
    provisional: bool = False
    unproved: bool = False
    held: bool = False
    """A word was received, and waits behind a dispute."""
    early: bool = False
    """Its word names a time before a predecessor's."""
    parts: tuple["PartState", ...] = ()

    @property
    def done(self) -> bool:
        """Whether what comes after it may go on."""
        return self.state in (State.REACHED, State.INFERRED, State.NOT_APPLICABLE)


class PartState(NamedTuple):
    """How a node stands for one part."""

    part: str
    state: NodeState


class Timeline(NamedTuple):
    """What the claims of a record come to; nodes in declared order."""

    nodes: tuple[NodeState, ...]
    status: str | None = None
    status_since: datetime | None = None
    exit: Claim | None = None
    closed: bool = False
    disputed: bool = False

    def of(self, node: str) -> NodeState:
        """How a node stands."""
        return next(each for each in self.nodes if each.node == node)
