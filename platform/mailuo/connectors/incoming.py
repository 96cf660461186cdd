"""Incoming: raw bytes as they arrived to events that are proved, or a refusal in the sender's own form. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from mailuo.connectors.environment import Wired
from mailuo.connectors.filling import Filling, reader
from mailuo.connectors.messages import BRINGS_NOTHING, NO_PROOF, NOT_READABLE
from mailuo.connectors.polling import digest, elements, holding
from mailuo.connectors.schemes import signer_of
from mailuo.connectors.signing import BY_NAME, Refused, Seen, Unreadable, Verified
from mailuo.connectors.signing.declared import DECLARED, Declared
from mailuo.connectors.signing.numbers import written
from mailuo.connectors.signing.signer import Incoming
from mailuo.formulas import Context
from mailuo.metadata.connector import Event

MOST_BYTES = 1024 * 1024
_MOST_FIELDS = 1_000
_LONGEST_KEY = 500
_FORM = "application/x-www-form-urlencoded"
_FAULTS = (KeyError, ValueError, TypeError, AttributeError, OSError, RecursionError)
"""What signing code may stumble over in what strangers send."""
NOTHING = Verified((), ())
"""A push that says nothing; it is answered all the same."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sender is answered."""

    status: int
    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """One event whose sender is proved: what makes it one, and its body as declarations see it."""

    key: str
    body: object


def arrival(method: str, headers: Mapping[str, str], query: bytes, body: bytes) -> Incoming:
    """The request as signing code reads it: bytes as they came, query and form decoded exactly once."""
    lower = {name.lower(): value for name, value in headers.items()}
    return Incoming(method, lower, _pairs(query), body, _pairs(body) if is_form(lower) else {})


def is_form(headers: Mapping[str, str]) -> bool:
    """Whether a request says that its body is a form."""
    return headers.get("content-type", "").split(";")[0].strip().lower() == _FORM


def proved(wired: Wired, event: Event, incoming: Incoming, now: datetime) -> Seen:
    """The events of a request, if its sender is proved; what signing code cannot read before is refused."""
    signer = signer_of(wired.connector, event.verify)
    if signer is None or not signer.verifies:
        return Refused(NO_PROOF())
    try:
        seen = signer.verify(wired.secrets, incoming, now)
    except _FAULTS as error:
        return Refused(NOT_READABLE(found=type(error).__name__))
    if (isinstance(seen, Unreadable) or isinstance(seen, Verified) and seen.bodies) and not _brings(event, incoming):
        return Refused(BRINGS_NOTHING(method=incoming.method))
    return _writable(seen)


def read_again(wired: Wired, event: Event, body: bytes, *, form: bool) -> Seen:
    """What a push says whose sender was proved when it came, by what is declared now."""
    signer = signer_of(wired.connector, event.verify)
    if signer is None or not signer.verifies:
        return Refused(NO_PROOF())
    try:
        seen = signer.read(wired.secrets, arrival("POST", {"content-type": _FORM} if form else {}, b"", body))
    except _FAULTS as error:
        return Unreadable(NOT_READABLE(found=type(error).__name__))
    return _writable(seen)


def _writable(seen: Seen) -> Seen:
    """The same, but for bodies that cannot be written again: as events they could not be kept."""
    try:
        written(list(seen.bodies) if isinstance(seen, Verified) else []).encode()
    except _FAULTS as error:
        return Unreadable(NOT_READABLE(found=type(error).__name__))
    return seen


def _brings(event: Event, incoming: Incoming) -> bool:
    """Whether a request of this kind may bring an event: what is posted, or a declared signature over a query."""
    return incoming.method == "POST" or (event.verify == DECLARED and incoming.method == "GET" and not incoming.body)


def failure(event: Event) -> Reply:
    """The sender's own failure form."""
    signer = BY_NAME.get(event.verify or "") or Declared(None, None)
    status, content_type, text = signer.failure("signature")
    return Reply(status, content_type, text)


def arrived(event: Event, verified: Verified, wired: Wired, now: datetime) -> tuple[Arrived, ...]:
    """The events of a proved request, each with its key: the declaration's, else the scheme's, else a digest.

    Where the declared key is one of each element, so are the events: what came before in another push is known again.
    """
    if event.key is not None and any(path[:1] == ("item",) for path in event.key.reads):
        each = [(body, element) for body in verified.bodies for element in elements(body, event.each)]
        if each:
            return tuple(
                Arrived(_key(event, "", body, wired, now, item), holding(body, event.each, item)) for body, item in each
            )
    keys = verified.keys if len(verified.keys) == len(verified.bodies) else ("",) * len(verified.bodies)
    return tuple(Arrived(_key(event, key, body, wired, now), body) for key, body in zip(keys, verified.bodies, strict=True))


def answered(event: Event, verified: Verified, wired: Wired, now: datetime) -> Reply:
    """What the sender is answered: an echo where the scheme wants one, else what the declaration says."""
    if verified.answer is not None:
        return Reply(200, "text/plain; charset=utf-8", verified.answer)
    body = verified.bodies[0] if verified.bodies else None
    said = filling_of(event, body, wired.identity, now).value(event.answer)
    if said is None:
        return Reply(200, "text/plain; charset=utf-8", "")
    if isinstance(said, str):
        kind = "application/xml" if said.startswith("<") else "text/plain"
        return Reply(200, f"{kind}; charset=utf-8", said)
    return Reply(200, "application/json; charset=utf-8", written(said))


def filling_of(event: Event, body: object, identity: str, now: datetime, **more: object) -> Filling:
    """What fills in the values of an event: its body, and what is known besides."""
    return Filling(reader(body=body, auth={"id": identity}, now=now, **more), Context(now, event.zone))


def _key(event: Event, scheme: str, body: object, wired: Wired, now: datetime, item: object = None) -> str:
    filling = filling_of(event, body, wired.identity, now, item=item)
    said = filling.text(event.key) if event.key is not None else scheme
    key = said or digest(body if item is None else item)
    return key if len(key) <= _LONGEST_KEY and key.isprintable() else digest(key)


def _pairs(raw: bytes) -> dict[str, str]:
    """The pairs, decoded once; none where there are too many or they are no UTF-8."""
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}
