"""What a failed request is answered with: a problem document for programs, a page for people, never the inside."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from mailuo.base.problems import Language, Problems, Refusal
from mailuo.fields.messages import CONTROL_CHARACTER
from mailuo.records import BadQuestion, FilesAway, LostRace, NoSuchThing, NothingPublished, OutcomeUnknown, StoreAway
from mailuo_web.http.answers import refusal, status_of
from mailuo_web.http.asking import language
from mailuo_web.http.messages import (
    AWAY,
    BAD_REQUEST,
    FAULT,
    FILES_AWAY,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    NOTHING_THERE,
    OUTCOME_UNKNOWN,
    TOO_LARGE,
)

_LOG = logging.getLogger("mailuo.web")
_FAULTY = 500
_FOR_PROGRAMS = ("/api/", "/hooks/")
_MEGABYTE = 1024 * 1024
_RETRY_SECONDS = "2"
_STREAM_SECONDS = "30"


Page = Callable[[int, str, str], AnyResponse]
"""Makes a page of a status, what to say, and the id under which the log knows it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed request: its status, what is wrong, and headers that the answer carries."""

    status: int
    problems: Problems
    headers: dict[str, str]


def install(app: Flask, page: Page) -> None:
    """Answers every exception of the app's views; people get the page that is made for it."""
    app.register_error_handler(Exception, partial(_answer, page))


def trace() -> str:
    """The id under which the log knows this request."""
    if "trace" not in g:
        g.trace = secrets.token_hex(8)
    return str(g.trace)


def failure_of(error: Exception) -> Failure:
    """The status and the words for an exception."""
    match error:
        case LostRace(problems=problems):
            return Failure(412, problems, {})
        case BadQuestion(problems=problems):
            return Failure(_asked(problems), problems, {})
        case NoSuchThing(problems=problems):
            return Failure(404, problems, {})
        case Refusal(problems=problems):
            return Failure(status_of(problems), problems, _headers(problems))
        case FilesAway():
            return Failure(503, (FILES_AWAY(),), {"Retry-After": _RETRY_SECONDS})
        case StoreAway():
            return Failure(503, (AWAY(),), {"Retry-After": _RETRY_SECONDS})
        case OutcomeUnknown():
            return Failure(503, (OUTCOME_UNKNOWN(),), {"Retry-After": _RETRY_SECONDS})
        case NothingPublished():
            return Failure(503, (NOTHING_THERE(),), {"Retry-After": _RETRY_SECONDS})
        case HTTPException():
            return _http(error)
    return Failure(_FAULTY, (FAULT(trace=trace()),), {})


def _asked(problems: Problems) -> int:
    """A value with characters that nothing can hold is unacceptable; everything else is a wrong question."""
    return 422 if problems[0].message is CONTROL_CHARACTER else 400


def _http(error: HTTPException) -> Failure:
    match error:
        case NotFound():
            return Failure(404, (NOT_FOUND(),), {})
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            return Failure(405, (METHOD_NOT_ALLOWED(method=request.method),), {"Allow": allowed})
        case RequestEntityTooLarge():
            most = (request.max_content_length or 0) // _MEGABYTE
            return Failure(413, (TOO_LARGE(limit=f"{most} MB"),), {})
    code = error.code or _FAULTY
    return Failure(code, (BAD_REQUEST() if code < _FAULTY else FAULT(trace=trace()),), {})


def _headers(problems: Problems) -> dict[str, str]:
    first = problems[0]
    if first.code == "too_many":
        return {"Retry-After": first.values.get("seconds", "60")}
    if first.code == "streams_taken":
        return {"Retry-After": _STREAM_SECONDS}
    return {"WWW-Authenticate": "Bearer"} if first.code == "not_signed_in" else {}


def _answer(page: Page, error: Exception) -> ResponseReturnValue:
    if isinstance(error, HTTPException) and (error.code or _FAULTY) < 400:
        return error  # a redirect
    failure = failure_of(error)
    _note(error, failure)
    response = _written(page, failure)
    response.headers.update(failure.headers)
    return response


def _note(error: Exception, failure: Failure) -> None:
    told = {"trace": trace(), "status": failure.status, "code": failure.problems[0].code, "path": request.path[:200]}
    if failure.status == _FAULTY:
        _LOG.error("fault %(trace)s at %(path)s", told, exc_info=error, extra=told)
    elif failure.status > _FAULTY:
        _LOG.warning("%(code)s %(trace)s at %(path)s: %(why)s", {**told, "why": type(error).__name__}, extra=told)
    else:
        _LOG.info("refused %(trace)s %(status)s %(code)s at %(path)s", told, extra=told)


def _written(page: Page, failure: Failure) -> AnyResponse | Response:
    words = _language()
    if request.path.startswith(_FOR_PROGRAMS) and request.path != "/api/docs":
        return refusal(failure.problems, words, trace(), failure.status)
    text = "；".join(problem.text(words) for problem in failure.problems)
    return page(failure.status, text, trace())


def _language() -> Language:
    """The reader's language; of nobody's while the store is away."""
    try:
        return language()
    except (StoreAway, OutcomeUnknown, NothingPublished):
        g.asking = None
        return language()
