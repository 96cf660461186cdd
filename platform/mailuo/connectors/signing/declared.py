"""A signature put together from declared parts: digest, text, form, and where it stands. No vendor is named here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from mailuo.base.patterns import moment_by, moment_text
from mailuo.connectors.messages import (
    DECLARED_ALONE,
    NO_DECLARED_SIGNATURE,
    NO_PLACE,
    NO_SECRET,
    NOT_FITTING_SIGNATURE,
    NOT_NEAR,
    NOT_READ,
)
from mailuo.connectors.signing.canonical import (
    query_on_the_wire,
    sorted_encoded,
    sorted_json,
    sorted_pairs,
    sorted_query,
)
from mailuo.connectors.signing.digests import DIGESTS, TEXT_FORMS, raw_of, same
from mailuo.connectors.signing.documents import document_of, texts_of
from mailuo.connectors.signing.numbers import parse_numbers_verbatim, written
from mailuo.connectors.signing.rsa import HASHES, proves, signed
from mailuo.connectors.signing.signer import (
    Incoming,
    Json,
    Moment,
    Outgoing,
    Refused,
    Secrets,
    Seen,
    Unreadable,
    Unsigned,
    Verified,
)
from mailuo.connectors.signing.way import json_failure
from mailuo.formulas.outside import moment_of
from mailuo.metadata.connector import Signature, Spot, Stamp

DECLARED = "declared"
_BYTES = "surrogateescape"
"""How bytes that are no UTF-8 pass through a text unharmed."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A request as a signature sees it, on its way out or in."""

    method: str
    path: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    fields: Mapping[str, str]
    body: str

    def at(self, spot: Spot | None) -> str:
        """What stands in a place; empty where nothing does."""
        if spot is None:
            return ""
        holder = {"header": self.headers, "query": self.params, "field": self.fields}[spot.where]
        return holder.get(spot.name.lower() if spot.where == "header" else spot.name, "")


class Declared:
    """Signs calls, and proves events, by the parts that a connector declares."""

    name = DECLARED
    also: tuple[str, ...] = ()

    def __init__(self, calls: Signature | None, events: Signature | None) -> None:
        self._calls = calls
        self._events = events

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys of both signatures."""
        return tuple(dict.fromkeys(each.key for each in (self._calls, self._events) if each is not None))

    @property
    def verifies(self) -> bool:
        """Whether the connector declares how events are proved."""
        return self._events is not None

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with its time, its nonce and its signature, each in its place."""
        parts = self._calls
        if parts is None:
            return request
        time = "" if parts.time is None else _written(moment.now, parts.time, parts.zone)
        if parts.time is not None:
            request = _with(request, parts.time.spot, time)
        if parts.nonce is not None:
            request = _with(request, parts.nonce, moment.nonce)
        form = dict(request.form) if request.form is not None else _members(parts, request.body)
        seen = _Seen(
            request.method,
            request.path,
            {name.lower(): value for name, value in request.headers.items()},
            dict(request.query),
            form,
            query_on_the_wire(request.form) if request.form else request.body.decode("utf-8", _BYTES),
        )
        return _with(request, parts.spot, _signature(parts, secrets, _text(parts, secrets, seen, time, moment.nonce)))

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The body, if its signature fits and its time, where one is declared, is near."""
        parts = self._events
        if parts is None:
            return Refused(NO_DECLARED_SIGNATURE())
        if not secrets[parts.key]:
            return Refused(NO_SECRET())
        fields = event.form or _members(parts, event.body)
        seen = _Seen(event.method, "", event.headers, event.query, fields, event.body.decode("utf-8", _BYTES))
        time = seen.at(parts.time.spot if parts.time else None)
        given = seen.at(parts.spot)
        if not given or not _fits(parts, secrets, _text(parts, secrets, seen, time, seen.at(parts.nonce)), given):
            return Refused(NOT_FITTING_SIGNATURE())
        if parts.time is not None and not _near(time, parts.time, parts, now):
            return Refused(NOT_NEAR(what=parts.time.spot.name))
        return self.read(secrets, event)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """The fields of a form or of a query, or what a body says that is JSON or XML."""
        body = dict(event.form or ({} if event.body else event.query)) or document_of(event.body)
        if body is None:
            return Unreadable(NOT_READ())
        spot = self._events.id if self._events else None
        members = event.form or (texts_of(body) if spot is not None and spot.where == "field" else {})
        return Verified((body,), (_Seen(event.method, "", event.headers, event.query, members, "").at(spot),))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """Plain JSON."""
        return json_failure(401, {"error": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """Nothing: the declaration says it all."""
        raise Unsigned(DECLARED_ALONE())


def _members(parts: Signature, body: bytes) -> dict[str, str]:
    """The members of a body that is no form, where the signature, or what belongs to it, stands among them."""
    spots = (parts.spot, parts.nonce, parts.id, parts.time.spot if parts.time else None)
    among = any(spot is not None and spot.where == "field" for spot in spots)
    return texts_of(document_of(body)) if among else {}


def _text(parts: Signature, secrets: Secrets, seen: _Seen, time: str, nonce: str) -> bytes:
    """What is signed."""
    signed = seen.fields or seen.params
    left = {name: value for name, value in signed.items() if name != parts.spot.name and name not in parts.without}
    known: dict[str, Callable[[], str]] = {
        "method": lambda: seen.method,
        "path": lambda: seen.path,
        "time": lambda: time,
        "nonce": lambda: nonce,
        "body": lambda: seen.body,
        "query": lambda: query_on_the_wire(seen.params.items()),
        "sorted": lambda: sorted_pairs(left),
        "sorted_query": lambda: sorted_query(left),
        "sorted_encoded": lambda: sorted_encoded(left),
        "sorted_json": lambda: sorted_json(parse_numbers_verbatim(seen.body or "{}")),
    }
    holders = {"header": seen.headers, "param": seen.params, "field": seen.fields, "auth": {"id": secrets.get("id", "")}}

    def read(path: tuple[str, ...]) -> object:
        first, *rest = path
        if rest and first in holders:
            name = ".".join(rest)
            return holders[first].get(name.lower() if first == "header" else name)
        return known[first]()

    return parts.over.render(read, str).encode("utf-8", _BYTES)


def _signature(parts: Signature, secrets: Secrets, text: bytes) -> str:
    key = secrets[parts.key]
    raw = signed(parts.digest, key, text) if parts.digest in HASHES else DIGESTS[parts.digest](key.encode(), text)
    return parts.prefix + TEXT_FORMS[parts.form](raw)


def _fits(parts: Signature, secrets: Secrets, text: bytes, given: str) -> bool:
    """Whether the signature given is that of the text; of a pair of keys the event proves the sender's half."""
    if parts.digest not in HASHES:
        return same(given, _signature(parts, secrets, text))
    if not given.startswith(parts.prefix):
        return False
    try:
        raw = raw_of(parts.form, given.removeprefix(parts.prefix))
    except ValueError:
        return False
    return proves(parts.digest, secrets[parts.key], text, raw)


def _with(request: Outgoing, spot: Spot, value: str) -> Outgoing:
    """The request with a value in a place, instead of what stood there."""
    if spot.where == "header":
        return replace(request, headers={**request.headers, spot.name: value})
    if spot.where == "query":
        return replace(request, query=(*(pair for pair in request.query if pair[0] != spot.name), (spot.name, value)))
    if request.form is None and request.body:
        members = parse_numbers_verbatim(request.body)
        if not isinstance(members, dict):
            raise Unsigned(NO_PLACE(name=spot.name))
        return replace(request, body=written({**members, spot.name: value}).encode())
    form = (pair for pair in request.form or () if pair[0] != spot.name)
    return replace(request, form=(*form, (spot.name, value)))


def _written(now: datetime, stamp: Stamp, zone: tzinfo) -> str:
    if stamp.unit == "iso":
        return moment_text(now, "iso", UTC).replace("+00:00", "Z")
    return moment_text(now, stamp.unit, zone)


def _near(time: str, stamp: Stamp, parts: Signature, now: datetime) -> bool:
    plain = stamp.unit in ("seconds", "milliseconds", "iso")
    at = moment_of(time, parts.zone) if plain else moment_by(time, stamp.unit, parts.zone)
    return at is not None and abs(now - at) <= parts.window
