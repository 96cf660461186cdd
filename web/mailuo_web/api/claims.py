"""Claims and timelines: what is said of a record's milestones, and what follows from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask.typing import ResponseReturnValue

from mailuo.base.moments import format_moment, parse_moment
from mailuo.base.problems import Problems, Refusal
from mailuo.flow.messages import BAD_TIME
from mailuo.flow.saying import Word
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, running, seen
from mailuo_web.api.requests import once
from mailuo_web.http.answers import answer, error_of, refusal
from mailuo_web.http.asking import actor, application, language
from mailuo_web.http.errors import trace
from mailuo_web.http.messages import BODY_KEY_MISSING, BODY_KEY_WRONG, BODY_TOO_MUCH
from mailuo_web.http.operation import MOMENT, OBJECT, TEXTS, Body, Member, Operation, ref
from mailuo_web.http.parameters import moment
from mailuo_web.http.route import SIGNED_IN

_DISPUTED = "disputed"
_RECORD = "/tables/<table>/records/<key>"
_WORD = {
    "node": Member(("节点", "The node")),
    "at": Member(("何时到达；不写则为现在", "When it was reached; now, if nothing is said"), MOMENT),
    "source": Member(("来源；只有集成令牌可以写别的来源", "The source; only integration tokens may name another")),
    "part": Member(("是哪一件", "Which part")),
    "evidence": Member(("凭证：种类: 文件 id", "Evidence: kind: file id"), OBJECT),
    "note": Member(("说明", "A note")),
}
_CLAIM = Body({**_WORD, "retract": Member(("要撤回的那句话的 id", "The id of the claim to be withdrawn"))})
_BATCH = Body(
    {
        "table": Member(("表", "The table"), required=True),
        "records": Member(("主键，最多 500 个", "Keys, at most 500"), TEXTS, required=True),
        **{name: member for name, member in _WORD.items() if name != "part"},
    }
)

TIMELINE = Operation(
    ("时间线：现在，或当时所知", "The timeline: now, or as it was known at a moment"),
    ref("Timeline"),
    parameters=(parts.AS_OF,),
    problems=(400, 404, 422),
)
CLAIM = Operation(
    ("报告一个节点，或撤回一句话", "Says that a node was reached, or withdraws a claim"),
    ref("Timeline"),
    201,
    parameters=(parts.IDEMPOTENCY_KEY,),
    body=_CLAIM,
    problems=(403, 404, 409, 415, 422),
)
CLAIMS = Operation(
    ("为多条记录报告同一个节点；被拒绝的逐条列出", "One node for many records; refused ones are reported"),
    ref("BatchOfClaims"),
    parameters=(parts.IDEMPOTENCY_KEY,),
    body=_BATCH,
    problems=(403, 404, 413, 415, 422),
)


@call(f"{_RECORD}/timeline", SIGNED_IN, TIMELINE)
def read_timeline(table: str, key: str) -> ResponseReturnValue:
    """The record's timeline."""
    seen(table)
    return answer(application().flow.timeline(actor(), table, key, moment("as_of", running().zone)))


@call(f"{_RECORD}/claims", SIGNED_IN, CLAIM, "POST")
def say(table: str, key: str) -> ResponseReturnValue:
    """The timeline with the new word, or without the withdrawn one.

    Where a dispute holds the word up, the answer says which files were brought with it, to be sent again later.
    """
    seen(table)
    body = _CLAIM.read()
    flow, asked = application().flow, once(body)
    if body.get("retract") is not None:
        _check_alone(body)
        return answer(flow.retract(actor(), table, key, body["retract"], body.get("note"), request=asked), 201)
    try:
        return answer(flow.claim(actor(), table, key, _word(body), request=asked), 201)
    except Refusal as refusal_:
        if refusal_.code != _DISPUTED:
            raise
        return refusal(refusal_.problems, language(), trace(), more={"resend": _kept(body.get("evidence") or {})})


@call("/claims/batch", SIGNED_IN, CLAIMS, "POST")
def say_of_many() -> ResponseReturnValue:
    """`{claimed: [{key, status, claim}], refused: [{record, errors}]}`: each record answers for itself."""
    body = _BATCH.read()
    table, keys = body["table"], body["records"]
    seen(table)
    if not all(isinstance(key, str) for key in keys):
        raise Refusal(BODY_KEY_WRONG(field="records", key="records", expected="[text, …]"))
    word = _word(body)
    said = application().flow.batch(actor(), table, [(key, word) for key in dict.fromkeys(keys)], request=once(body))
    claimed = [_claimed(one.key, one.timeline, word.node) for one in said if one.timeline is not None]
    refused = [{"record": one.key, "errors": _errors(one.problems)} for one in said if one.timeline is None]
    return answer({"claimed": claimed, "refused": refused})


def _kept(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """What was handed over with a word that a dispute holds up, and until when its files can be sent again."""
    given = {kind: value for kind, value in evidence.items() if isinstance(value, str)}
    uploads, found = application().uploads, {}
    for kind, value in given.items():
        try:
            found[kind] = uploads.kept_until(uploads.find(actor(), value))
        except Refusal:
            continue
    until = min((at for at in found.values() if at is not None), default=None)
    files = {kind: given[kind] for kind in found}
    return {"evidence": files, "until": None if until is None else format_moment(until, running().zone)}


def _claimed(key: str, timeline: Mapping[str, Any], node: str) -> dict[str, Any]:
    """A record that took the word, with the id of the claim, by which it can be withdrawn."""
    told = next(each for each in (*timeline["nodes"], *timeline["exits"]) if node in (each["id"], each["title"]))
    own = [claim["id"] for claim in told["claims"] if claim.get("actor") == actor().name]
    return {"key": key, "status": timeline["status"], "claim": own[-1] if own else None}


def _word(body: Mapping[str, Any]) -> Word:
    if not body.get("node"):
        raise Refusal(BODY_KEY_MISSING(field="node", key="node"))
    at, evidence = _moment(body.get("at")), body.get("evidence") or {}
    return Word(body["node"], at, body.get("source"), body.get("part"), evidence, body.get("note"))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    at = parse_moment(text, running().zone)
    if at is None:
        raise Refusal(BAD_TIME(field="at", found=text[:60]))
    return at


def _check_alone(body: Mapping[str, Any]) -> None:
    """Refuses what has no meaning beside a withdrawal."""
    more = [name for name, value in body.items() if value is not None and name not in ("retract", "note")]
    if more:
        raise Refusal(*(BODY_TOO_MUCH(field=name, key=name, other="retract") for name in more))


def _errors(problems: Problems) -> list[dict[str, Any]]:
    return [error_of(problem, language()) for problem in problems]
