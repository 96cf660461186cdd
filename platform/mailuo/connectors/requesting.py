"""Requests: from a declaration and values to what goes over the wire, signed. Pure; the time and the nonce are given."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from mailuo.connectors.client import Sent
from mailuo.connectors.environment import Wired
from mailuo.connectors.filling import Filling, Unfilled
from mailuo.connectors.messages import BAD_HEADER, NO_SLASH, NOT_SIGNED, ONLY_DOTS, SECRET_NO_NUMBER
from mailuo.connectors.schemes import signs
from mailuo.connectors.signing.canonical import query_on_the_wire
from mailuo.connectors.signing.digests import DIGESTS, TEXT_FORMS
from mailuo.connectors.signing.numbers import Number, written
from mailuo.connectors.signing.signer import Moment, Outgoing, Unsigned
from mailuo.formulas import Context, Template
from mailuo.formulas.outside import member, text_of
from mailuo.metadata.connector import Request
from mailuo.metadata.given import TOKEN, Given, Path, Secret

_FORM = "application/x-www-form-urlencoded;charset=utf-8"
_JSON = "application/json"
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_UNSENT = frozenset("\r\n\0")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,10})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Session:
    """What signing in has left: the token, secrets for later steps, and values that requests may name."""

    token: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Nothing of what it holds."""
        return "Session(…)"


NO_SESSION = Session()


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: of which connector, with which values, by what session, when, and under which name if it is repeated."""

    wired: Wired
    request: Request
    values: Mapping[str, Any]
    now: datetime
    nonce: str
    session: Session = NO_SESSION
    call: str = ""
    purpose: str = ""
    """What it is for, to whoever plays the outside."""


def outgoing(asked: Asked) -> Outgoing:
    """The request filled in, not signed yet; raises Unfilled for what cannot be sent."""
    filling = filling_of(asked)
    request = asked.request
    headers = {name: value for name, each in request.headers.items() if (value := filling.text(each)) is not None}
    form, body = None, b""
    if request.form is not None:
        form = _pairs(filling, request.form)
        headers.setdefault("Content-Type", _FORM)
    elif request.json is not None:
        body = written(filling.value(request.json)).encode()
        headers.setdefault("Content-Type", _JSON)
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _UNSENT.isdisjoint(value):
            raise Unfilled(BAD_HEADER(name=name))
    return Outgoing(request.method, _path(filling, request.path), _pairs(filling, request.query), form, body, headers)


def sent(asked: Asked) -> Sent:
    """The request as it goes over the wire, signed; raises Unfilled for what cannot be sent or signed."""
    plain = outgoing(asked)
    return wire(asked, signed(asked, plain))


def signed(asked: Asked, plain: Outgoing) -> Outgoing:
    """The request with its signature; one of a connector without a scheme as it is."""
    signer = signs(asked.wired.connector)
    if signer is None:
        return plain
    secrets = {**asked.wired.secrets, **asked.session.secrets}
    moment = Moment(asked.now, asked.nonce, asked.session.token, asked.call)
    try:
        return signer.sign(secrets, plain, moment)
    except Unsigned as refused:
        raise Unfilled(refused.why) from refused
    except (KeyError, ValueError, OSError) as error:
        raise Unfilled(NOT_SIGNED(found=type(error).__name__)) from error


def wire(asked: Asked, request: Outgoing) -> Sent:
    """What goes over the wire: each pair encoded once."""
    url = asked.wired.base_url + request.path
    if request.query:
        url += ("&" if "?" in url else "?") + query_on_the_wire(request.query)
    body = request.body if request.form is None else query_on_the_wire(request.form).encode()
    return Sent(request.method, url, request.headers, body, asked.purpose)


def filling_of(asked: Asked) -> Filling:
    """What fills in the values of a request: what the call was given, `auth.id`, `now`, and what signing in has left."""

    def read(path: Path) -> object:
        first, *rest = path
        if first == "now" and not rest:
            return asked.now
        if rest and first == "auth":
            return asked.wired.identity if rest == ["id"] else None
        if rest and first == "signin":
            return member(asked.session.values, rest)
        return member(asked.values, path)

    return Filling(read, Context(asked.now, asked.wired.connector.zone), _secret_of(asked))


def _secret_of(asked: Asked) -> Callable[[Secret], object]:
    token = {TOKEN: asked.session.token} if asked.session.token else {}
    secrets = {**token, **asked.wired.secrets, **asked.session.secrets}

    def value(secret: Secret) -> object:
        found = secrets.get(secret.name)
        if not found:
            return None
        if secret.digest is not None:
            over = secrets.get(secret.over or "", "")
            return secret.prefix + TEXT_FORMS[secret.form or "hex"](DIGESTS[secret.digest](found.encode(), over.encode()))
        if secret.form is not None or secret.prefix:
            return secret.prefix + (found if secret.form is None else TEXT_FORMS[secret.form](found.encode()))
        if secret.number and not _NUMBER.fullmatch(found):
            raise Unfilled(SECRET_NO_NUMBER(name=secret.name))
        return Number(found) if secret.number else found

    return value


def _pairs(filling: Filling, given: Mapping[str, Given]) -> tuple[tuple[str, str], ...]:
    """The pairs in their order; one that is blank is left out, as it would be signed by some and not by others."""
    return tuple((name, text) for name, each in given.items() if (text := filling.text(each)) is not None)


def _path(filling: Filling, template: Template) -> str:
    """The path; what fills its gaps is encoded, so that it can lead nowhere else."""
    parts = (part if isinstance(part, str) else quote(_segment(filling.read(part)), safe="") for part in template.parts)
    path = "".join(parts)
    if not path.startswith("/") or path.startswith("//") or not _UNSENT.isdisjoint(path):
        raise Unfilled(NO_SLASH())
    return path


def _segment(value: object) -> str:
    text = text_of(value) or ""
    if text in (".", ".."):
        raise Unfilled(ONLY_DOTS())
    return text
