"""Answers: JSON out, and refusals as RFC 9457 problem documents in the caller's language."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import orjson
from flask import Response

from mailuo.base.problems import Language, Problem
from mailuo_web.http.messages import FAULT

JSON = "application/json"
PROBLEM = "application/problem+json"

STATUS_OF_CODE = {
    "bad_request": 400,
    "bad_header": 400,
    "bad_parameter": 400,
    "unknown_parameter": 400,
    "host_wrong": 400,
    "body_not_json": 400,
    "body_not_object": 400,
    "body_deep": 400,
    "body_key_twice": 400,
    "unknown_key": 400,
    "not_signed_in": 401,
    "wrong_credentials": 401,
    "csrf_missing": 403,
    "wrong_source": 403,
    "not_permitted": 403,
    "same_person": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "predecessor_missing": 409,
    "exited": 409,
    "disputed": 409,
    "conflict": 409,
    "not_unique": 409,
    "in_use": 409,
    "too_large": 413,
    "body_type": 415,
    "too_many": 429,
    "fault": 500,
    "away": 503,
    "files_away": 503,
    "nothing_published": 503,
    "streams_taken": 503,
}
"""The status of an answer by the code of its first problem; of all others, what was sent is unacceptable."""

_UNACCEPTABLE = 422
_ADDRESSED = "retract"
"""The one member of a body that says which thing is meant, as a path does."""

_TITLES = {
    400: ("请求有误", "Bad request"),
    401: ("未登录", "Not signed in"),
    403: ("没有权限", "Not permitted"),
    404: ("没有找到", "Not found"),
    405: ("不支持的方法", "Method not allowed"),
    409: ("与现状冲突", "Conflict"),
    412: ("已被别人改过", "Changed by somebody else"),
    413: ("内容太大", "Too large"),
    415: ("格式不支持", "Unsupported media type"),
    422: ("内容有误", "Not acceptable as given"),
    429: ("太频繁", "Too many requests"),
    500: ("系统出错", "Fault"),
    503: ("暂时不可用", "Unavailable"),
}


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer; Decimals come out as numbers only where the caller turned them into text before."""
    return Response(orjson.dumps(body, default=_plain), status, headers, mimetype=JSON)


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple | frozenset | set):
        return list(value)
    raise TypeError(type(value).__name__)


def status_of(problems: Iterable[Problem]) -> int:
    """The status that the first problem's code asks for; a value that names something unknown is unacceptable."""
    first = next(iter(problems))
    if first.code == "not_found" and first.field not in (None, _ADDRESSED):
        return _UNACCEPTABLE
    return STATUS_OF_CODE.get(first.code, _UNACCEPTABLE)


def refusal(
    problems: tuple[Problem, ...],
    language: Language,
    trace: str,
    status: int | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """A problem document that lists everything wrong, with the id under which the log knows it, and what helps on."""
    code = status or status_of(problems)
    body = {
        "type": f"urn:mailuo:{problems[0].code}",
        "title": title_of(code, language),
        "status": code,
        "detail": problems[0].text(language),
        "trace": trace,
        "errors": [error_of(problem, language) for problem in problems],
        **(more or {}),
    }
    return Response(orjson.dumps(body, default=_plain), code, mimetype=PROBLEM)


def fault(language: Language, trace: str) -> Response:
    """The answer to a fault of ours: nothing of the inside but an id."""
    return refusal((FAULT(trace=trace),), language, trace, 500)


def error_of(problem: Problem, language: Language) -> dict[str, Any]:
    """One entry of a problem document's `errors`; of many records sent at once, `path` says which one."""
    error: dict[str, Any] = {"code": problem.code, "message": problem.text(language)}
    if problem.field or problem.path:
        error["field"] = problem.field or problem.path
    if problem.field and problem.path:
        error["path"] = f"{problem.path}.{problem.field}"
    if problem.place:
        error["place"] = str(problem.place)
    return error


def title_of(status: int, language: Language) -> str:
    """What a status means, in the reader's language."""
    zh, en = _TITLES.get(status, _TITLES[400])
    return zh if language == "zh" else en
