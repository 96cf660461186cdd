"""What the engine tells of a record's timeline and of alerts, read from the shapes of the API's contract."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailuo.base.moments import parse_moment
from mailuo_web.lifeline.shape import State
from mailuo_web.pages.standing import NodeStand

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence: a file that can be opened, or (without id) a value such as a place."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source said of a node."""

    source: str
    at: datetime | None
    received_at: datetime | None
    actor: str
    note: str
    state: str
    evidence: tuple[Proof, ...]
    id: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """How a node stands for one part."""

    key: str
    state: State
    at: datetime | None


@dataclass(frozen=True, slots=True)
class NodeTold:
    """A node of a timeline with everything that was said of it."""

    id: str
    stand: NodeStand
    provisional: bool
    unproved: bool
    early: bool
    why: str
    parts: tuple[Part, ...]
    claims: tuple[Claim, ...]
    dispute: str = ""
    """The dispute about it that is open."""


@dataclass(frozen=True, slots=True)
class AlertTold:
    """An alert as the wall knows it."""

    id: str
    rule: str
    level: str
    table: str
    record: str
    state: str
    due_at: datetime
    opened_at: datetime
    resolved_at: datetime | None
    resolved_because: str
    acknowledged_by: str
    note: str
    because: str


@dataclass(frozen=True, slots=True)
class ExitTold:
    """The exit that a record took."""

    id: str
    title: str
    at: datetime | None
    source: str
    claims: tuple[Claim, ...]


def read_exit(timeline: Told, zone: ZoneInfo) -> ExitTold | None:
    """The exit that a timeline ended with, if it did."""
    for told in timeline.get("exits") or ():
        if told.get("at"):
            claims = tuple(_claim(claim, zone) for claim in told.get("claims") or ())
            source = str(told.get("source") or "")
            return ExitTold(told["id"], told["title"], _moment(told["at"], zone), source, claims)
    return None


def read_nodes(timeline: Told, zone: ZoneInfo) -> dict[str, NodeTold]:
    """The nodes of a timeline, by id."""
    return {node["id"]: _node(node, zone) for node in timeline["nodes"]}


def _node(node: Told, zone: ZoneInfo) -> NodeTold:
    stand = NodeStand(
        State(node["state"]),
        _moment(node.get("at"), zone),
        node.get("source"),
        _moment(node.get("due_since"), zone),
        bool(node.get("held")),
    )
    return NodeTold(
        node["id"],
        stand,
        bool(node.get("provisional")),
        bool(node.get("unproved")),
        bool(node.get("early")),
        str(node.get("why") or ""),
        tuple(_parts(node.get("parts") or (), zone)),
        tuple(_claim(claim, zone) for claim in node.get("claims") or ()),
        str(node.get("dispute") or ""),
    )


def _parts(parts: Iterable[Told], zone: ZoneInfo) -> Iterable[Part]:
    for part in parts:
        key = part.get("key") or part.get("part") or part.get("id") or ""
        yield Part(str(key), State(part["state"]), _moment(part.get("at"), zone))


def _claim(claim: Told, zone: ZoneInfo) -> Claim:
    return Claim(
        str(claim["source"]),
        _moment(claim.get("at"), zone),
        _moment(claim.get("received_at"), zone),
        str(claim.get("actor") or ""),
        str(claim.get("note") or ""),
        str(claim.get("state") or ""),
        tuple(_proof(one) for one in claim.get("evidence") or ()),
        str(claim.get("id") or ""),
        str(claim.get("part") or ""),
    )


def _proof(told: Told) -> Proof:
    kind, value = str(told.get("kind") or ""), told.get("value")
    if told.get("id"):
        return Proof(str(told["id"]), kind, str(told.get("name") or kind))
    if isinstance(value, Mapping):
        return Proof("", kind, ", ".join(str(one) for one in value.values()))
    return Proof("", kind, ", ".join(map(str, value)) if isinstance(value, list) else str(value or ""))


def read_alert(alert: Told, zone: ZoneInfo) -> AlertTold:
    """One alert."""
    opened = _moment(alert["opened_at"], zone)
    assert opened is not None
    return AlertTold(
        str(alert["id"]),
        alert["rule"],
        alert["level"],
        alert["table"],
        str(alert["record"]),
        alert["state"],
        _moment(alert.get("due_at"), zone) or opened,
        opened,
        _moment(alert.get("resolved_at"), zone),
        str(alert.get("resolved_because") or ""),
        str(alert.get("acknowledged_by") or ""),
        str(alert.get("note") or ""),
        str(alert.get("because") or ""),
    )


def _moment(text: object, zone: ZoneInfo) -> datetime | None:
    if isinstance(text, datetime):
        return text
    return parse_moment(str(text), zone) if text else None
