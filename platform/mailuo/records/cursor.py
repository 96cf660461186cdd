"""Cursors: where the next page begins, sealed, so that nobody can make one or use it for another question."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from mailuo.base.moments import MICROSECOND, micros, moment
from mailuo.records.messages import BAD_CURSOR, BadQuestion

_SEAL_BYTES = 12
_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort values and id of the last row shown, and the moment that counts as now on every page."""

    after: tuple[object, ...]
    now: datetime

    def sealed(self, secret: bytes, question: str) -> str:
        """The cursor as text, good for this question only."""
        body = json.dumps([micros(self.now), *map(_plain, self.after)], separators=(",", ":")).encode()
        return urlsafe_b64encode(_seal(secret, question, body) + body).decode().rstrip("=")


def opened(text: str, secret: bytes, question: str) -> Cursor:
    """The cursor that a text holds; refuses one of another question, or of nobody's making."""
    raw = _decoded(text) if len(text) <= _LONGEST else b""
    seal, body = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(secret, question, body)):
        raise BadQuestion(BAD_CURSOR(field="cursor"))
    now, *after = json.loads(body)
    return Cursor(tuple(map(_value, after)), moment(now))


def _decoded(text: str) -> bytes:
    """The bytes that a text spells in the one way in which it may be spelt, or none."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
    return raw if urlsafe_b64encode(raw).decode().rstrip("=") == text else b""


def _seal(secret: bytes, question: str, body: bytes) -> bytes:
    return hmac.new(secret, question.encode() + b"\0" + body, sha256).digest()[:_SEAL_BYTES]


def _plain(value: object) -> object:
    """A value as JSON that keeps its kind."""
    match value:
        case Decimal():
            return {"n": str(value)}
        case datetime():
            return {"m": micros(value)}
        case date():
            return {"d": value.isoformat()}
        case timedelta():
            return {"l": value // MICROSECOND}
        case tuple() | list():
            return {"t": list(value)}
    return value


def _value(plain: object) -> object:
    match plain:
        case {"n": str(text)}:
            return Decimal(text)
        case {"m": int(number)}:
            return moment(number)
        case {"d": str(text)}:
            return date.fromisoformat(text)
        case {"l": int(number)}:
            return timedelta(microseconds=number)
        case {"t": list(words)}:
            return tuple(words)
    return plain


def plain_after(after: Sequence[object]) -> tuple[bool, ...]:
    """Which of the values are there: what the SQL of a page depends on."""
    return tuple(value is not None for value in after)
