"""Who is asking: the actor behind a request's token or session cookie, and the language they read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from hmac import compare_digest
from typing import Literal, cast

from flask import current_app, g, request

from mailuo.app import Application, Signed
from mailuo.base.problems import Language, Refusal
from mailuo.records import Actor
from mailuo_web.http.messages import CSRF_MISSING, NOT_SIGNED_IN

SESSION_COOKIE = "mailuo_session"
LANGUAGE_COOKIE = "mailuo_lang"
CSRF_HEADER = "X-CSRF-Token"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Asking:
    """A signed-in caller: who, by what credential, and what a changing request of a browser must carry."""

    actor: Actor
    way: Literal["session", "token"]
    credential: str
    csrf: str


def application() -> Application:
    """The application that this process serves."""
    return cast(Application, current_app.extensions["mailuo"])


def asking() -> Asking | None:
    """Who is asking, or None for a stranger; looked up once a request."""
    found = g.get("asking", _UNKNOWN)
    if found is _UNKNOWN:
        found = g.asking = _bearer() if "Authorization" in request.headers else _session()
    return cast("Asking | None", found)


def actor() -> Actor:
    """The actor of the request; raises Refusal for a stranger or a changing request without its CSRF header."""
    found = asking()
    if found is None:
        raise Refusal(NOT_SIGNED_IN())
    if found.way == "session" and request.method not in READING:
        _check_csrf(found.csrf)
    return found.actor


def renewed() -> Callable[[], Actor | None]:
    """What tells, long after the request, who its credential stands for by then; None when it has ended."""
    accounts = application().accounts
    if "Authorization" in request.headers:
        secret = request.headers["Authorization"].partition(" ")[2].strip()
        look = partial(accounts.by_token, secret)
    else:
        look = partial(accounts.by_session, request.cookies.get(SESSION_COOKIE, ""))

    def now() -> Actor | None:
        signed = look()
        return signed.actor if signed else None

    return now


def _check_csrf(expected: str) -> None:
    given = request.headers.get(CSRF_HEADER) or request.form.get("csrf_token") or ""
    if not compare_digest(given.encode(), expected.encode()):
        raise Refusal(CSRF_MISSING())


def _bearer() -> Asking | None:
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return None
    signed = application().accounts.by_token(secret.strip())
    return _asking(signed, "token", "") if signed else None


def _session() -> Asking | None:
    secret = request.cookies.get(SESSION_COOKIE)
    signed = application().accounts.by_session(secret) if secret else None
    return _asking(signed, "session", signed.csrf) if signed else None


def _asking(signed: Signed, way: Literal["session", "token"], csrf: str) -> Asking:
    """The caller, who is answered in the language of this request."""
    chosen = _chosen(signed.language)
    speaking = signed.actor if chosen == signed.actor.language else replace(signed.actor, language=chosen)
    return Asking(speaking, way, signed.credential, csrf)


def language() -> Language:
    """The language to answer in: chosen at a click, else the person's, else the browser's, else the default."""
    found = asking()
    return found.actor.language if found else _chosen(None)


def _chosen(kept: str | None) -> Language:
    for look in (_clicked, lambda: kept, _wished):
        wish = look()
        if wish in ("zh", "en"):
            return cast(Language, wish)
    return application().settings.language


def _clicked() -> str | None:
    return request.cookies.get(LANGUAGE_COOKIE) if "Cookie" in request.headers else None


def _wished() -> str | None:
    return request.accept_languages.best_match(["zh", "en"]) if "Accept-Language" in request.headers else None
