"""Mapping: what an event says, element by element: whom it is about, and which milestones it claims. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailuo.base.problems import Message, Refusal
from mailuo.connectors.filling import Filling
from mailuo.connectors.incoming import filling_of
from mailuo.connectors.polling import elements
from mailuo.formulas.outside import text_of
from mailuo.metadata.connector import Event, EventClaim

NO_MOMENT = Message(
    "invalid",
    zh="“{node}”的时间“{found}”读不懂；请改事件的 at 或 zone，再重放",
    en="The time '{found}' of '{node}' cannot be read; mend `at` or `zone` of the event, then replay it",
)
_UNSET = frozenset("0-:/. TZ")
"""What a time consists of that a sender leaves unset: 0, or 0000-00-00 00:00:00."""


@dataclass(frozen=True, slots=True)
class Said:
    """One milestone that an event claims, in the connector's name."""

    node: str
    at: datetime
    part: str | None = None
    """The part that the event itself names; None: the row it was found by."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of an event that is not passed over."""

    number: int
    item: object
    sought: Mapping[str, str | None]
    """The fields and values by which its record is found; empty where none is sought."""
    claims: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """One element that cannot be mapped, such as one that claims a node with a time that cannot be read."""

    number: int
    refusal: Refusal


def mapped(event: Event, body: object, identity: str, now: datetime) -> tuple[Element | Unread, ...]:
    """The elements of an event, those that cannot be mapped among them: one of them hinders none of the others."""
    found = enumerate(elements(body, event.each))
    return tuple(each for number, item in found if (each := _mapped(event, body, identity, now, number, item)) is not None)


def _mapped(event: Event, body: object, identity: str, now: datetime, number: int, item: object) -> Element | Unread | None:
    try:
        return _element(event, body, identity, now, number, item)
    except Refusal as refusal:
        return Unread(number, refusal)


def _element(event: Event, body: object, identity: str, now: datetime, number: int, item: object) -> Element | None:
    filling = filling_of(event, body, identity, now, item=item)
    if not filling.holds(event.when):
        return None
    sought = {name: filling.text(each) for name, each in event.find.where.items()} if event.find else {}
    claims = tuple(said for each in event.claims for said in _claims(event, each, body, identity, now, item))
    return Element(number, item, sought, claims)


def _claims(event: Event, claim: EventClaim, body: object, identity: str, now: datetime, item: object) -> Sequence[Said]:
    traces: Sequence[object] = elements(item, claim.each) if claim.each else [None]
    found = sorted(_told(event, claim, body, identity, now, item, traces), key=lambda said: said.at)
    if claim.take == "all":
        return list(dict.fromkeys(found))
    return found[:1] if claim.take == "first" else found[-1:]


def _told(
    event: Event, claim: EventClaim, body: object, identity: str, now: datetime, item: object, traces: Sequence[object]
) -> Iterator[Said]:
    """What each trace says that the claim's condition lets through and that has a time."""
    for trace in traces:
        filling: Filling = filling_of(event, body, identity, now, item=item, trace=trace)
        node = filling.text(claim.node) if filling.holds(claim.when) else None
        at = _at(event, claim, filling, node) if node else None
        if node and at is not None:
            yield Said(node, at, text_of(filling.value(claim.part)))


def _at(event: Event, claim: EventClaim, filling: Filling, node: str) -> datetime | None:
    """When a node was reached; None where nothing says so."""
    at = filling.moment(claim.at, event.zone)
    text = filling.text(claim.at) or "" if at is None else ""
    if not _UNSET.issuperset(text):
        raise Refusal(NO_MOMENT(node=node, found=text[:60]))
    return at
