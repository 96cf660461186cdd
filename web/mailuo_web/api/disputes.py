"""Disputes: what sources contradict each other about, evidence, its review, and what a verdict would change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask.typing import ResponseReturnValue

from mailuo.base.moments import parse_moment
from mailuo.base.problems import Refusal
from mailuo.flow.dispute_list import STATES, Disputed
from mailuo.flow.disputes import VERDICTS, Judged, Proof, Verdict
from mailuo.flow.messages import BAD_TIME
from mailuo.records import BadQuestion
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, running
from mailuo_web.api.requests import once
from mailuo_web.http.answers import answer, error_of
from mailuo_web.http.asking import actor, application, language
from mailuo_web.http.messages import BAD_PARAMETER, BODY_KEY_MISSING, BODY_KEY_WRONG
from mailuo_web.http.operation import MOMENT, TEXTS, Body, Member, Operation, Parameter, listed, ref
from mailuo_web.http.parameters import flag, limit, moment, one_of, place, text, whole_number
from mailuo_web.http.route import SIGNED_IN

_MOST_DAYS = 3_660
_VERDICT = {"type": "string", "enum": list(VERDICTS)}
_LIST = {"type": "array", "items": {"type": "object"}}
_NOTE = Member(("说明", "A note"))
_AT = Member(("凭证证明的时间", "The time that it proves"), MOMENT)
_EVIDENCE = Body({"file": Member(("照片的文件 id", "The photo's file id")), "at": _AT, "note": _NOTE})
_REVIEW = Body(
    {
        "verdict": Member(("采纳或驳回", "Accepted or turned down"), _VERDICT, required=True),
        "note": _NOTE,
        "evidence": Member(("看过的那份凭证的 id；已有更新的就拒绝", "The evidence that was looked at; refused when there is newer")),
    }
)
_SEVERAL = ("[{dispute, file, at, note}]，最多 500 个", "[{dispute, file, at, note}], at most 500")
_PROOFS = Body({"evidence": Member(_SEVERAL, _LIST, required=True)})
_VERDICTS = Body(
    {
        "disputes": Member(("争议的 id，最多 500 个", "The disputes' ids, at most 500"), TEXTS, required=True),
        "verdict": Member(("采纳或驳回", "Accepted or turned down"), _VERDICT, required=True),
        "note": _NOTE,
    }
)

LIST = Operation(
    ("争议，先开的在前", "Disputes, oldest first"),
    listed("disputes", "Dispute"),
    parameters=(
        Parameter("state", ("状态", "The state"), {"type": "string", "enum": list(STATES)}),
        Parameter("unresolved", ("只要没结束的", "Only those that are not over"), {"type": "string", "enum": ["0", "1"]}),
        Parameter("table", ("表", "The table")),
        Parameter("record", ("记录的主键或 id", "A record's key or id")),
        Parameter("node", ("节点", "The node")),
        parts.LIMIT,
        parts.CURSOR,
    ),
    problems=(400,),
)
ONE = Operation(("一个争议", "One dispute"), ref("Dispute"), problems=(404,))
EVIDENCE = Operation(
    ("举证：照片和时间；要由另一个人复核", "Gives evidence, a photo and a time; another person reviews it"),
    ref("Dispute"),
    parameters=(parts.IDEMPOTENCY_KEY,),
    body=_EVIDENCE,
    problems=(403, 404, 409, 415, 422),
)
REVIEW = Operation(
    ("复核最新的凭证：采纳为裁决，或驳回", "Reviews the latest evidence: accepted as the verdict, or turned down"),
    ref("Dispute"),
    parameters=(parts.IDEMPOTENCY_KEY,),
    body=_REVIEW,
    problems=(403, 404, 409, 415, 422),
)
PREVIEW = Operation(
    ("裁决会改变什么、不会改变什么", "What a verdict would change, and what it would not"),
    ref("Foreseen"),
    parameters=(Parameter("at", ("裁决的时间；不写为最新凭证的", "The verdict's time; the latest evidence's, if not said"), MOMENT),),
    problems=(400, 404, 409, 422),
)
FIGURES = Operation(
    ("各状态的争议数，和各来源的不一致率", "How many disputes stand how, and how often sources disagree"),
    ref("DisputeFigures"),
    parameters=(Parameter("days", ("只算最近几天收到的话", "Only words received in the last days"), {"type": "integer", "minimum": 1}),),
    problems=(400,),
)
MANY_PROOFS = Operation(
    ("一次为多个争议举证；被拒绝的逐个列出", "Evidence in many disputes; refused ones are reported"),
    ref("BatchOfDisputes"),
    parameters=(parts.IDEMPOTENCY_KEY,),
    body=_PROOFS,
    problems=(413, 415, 422),
)
MANY_VERDICTS = Operation(
    ("一次复核多个争议；被拒绝的逐个列出", "Reviews many disputes; refused ones are reported"),
    ref("BatchOfDisputes"),
    parameters=(parts.IDEMPOTENCY_KEY,),
    body=_VERDICTS,
    problems=(413, 415, 422),
)


@call("/disputes", SIGNED_IN, LIST)
def list_disputes() -> ResponseReturnValue:
    """`{disputes, next}`: about records that the caller sees."""
    wanted = Disputed(one_of("state", *STATES), text("table"), text("record"), text("node"), flag("unresolved"))
    disputes, following = application().disputes.page(actor(), wanted, limit=limit(), cursor=place())
    return answer({"disputes": disputes, "next": following})


@call("/disputes/<dispute>", SIGNED_IN, ONE)
def read_dispute(dispute: str) -> ResponseReturnValue:
    """One dispute."""
    return answer(application().disputes.get(actor(), dispute))


@call("/disputes/figures", SIGNED_IN, FIGURES)
def read_dispute_figures() -> ResponseReturnValue:
    """`{states, oldest, rates}`."""
    days = text("days")
    number = None if days is None else whole_number(days)
    if days is not None and (number is None or not 1 <= number <= _MOST_DAYS):
        raise BadQuestion(BAD_PARAMETER(field="days", name="days", found=days[:60], expected=f"1–{_MOST_DAYS}"))
    since = None if number is None else application().clock.now() - timedelta(days=number)
    return answer(application().disputes.figures(actor(), since))


@call("/disputes/<dispute>/preview", SIGNED_IN, PREVIEW)
def preview_verdict(dispute: str) -> ResponseReturnValue:
    """What a verdict would change."""
    return answer(application().disputes.preview(actor(), dispute, moment("at", running().zone)))


@call("/disputes/<dispute>/evidence", SIGNED_IN, EVIDENCE, "POST")
def give_evidence(dispute: str) -> ResponseReturnValue:
    """The dispute, which now waits for its review."""
    body = _EVIDENCE.read()
    return answer(application().disputes.evidence(actor(), dispute, _proof(body), request=once(body)))


@call("/disputes/<dispute>/review", SIGNED_IN, REVIEW, "POST")
def review_evidence(dispute: str) -> ResponseReturnValue:
    """The dispute, decided or open for new evidence."""
    body = _REVIEW.read()
    verdict = Verdict(body["verdict"], body.get("note"), body.get("evidence"))
    return answer(application().disputes.review(actor(), dispute, verdict, request=once(body)))


@call("/disputes/evidence", SIGNED_IN, MANY_PROOFS, "POST")
def give_evidence_in_many() -> ResponseReturnValue:
    """`{disputes, refused}`: each dispute answers for itself."""
    body = _PROOFS.read()
    proofs = [(_named(each), _proof(each)) for each in _entries(body["evidence"])]
    return _batch(application().disputes.evidence_of_many(actor(), proofs, request=once(body)))


@call("/disputes/review", SIGNED_IN, MANY_VERDICTS, "POST")
def review_many() -> ResponseReturnValue:
    """`{disputes, refused}`: each dispute answers for itself."""
    body = _VERDICTS.read()
    names, verdict = body["disputes"], Verdict(body["verdict"], body.get("note"))
    if not all(isinstance(name, str) for name in names):
        raise Refusal(BODY_KEY_WRONG(field="disputes", key="disputes", expected="[text, …]"))
    verdicts = [(name, verdict) for name in dict.fromkeys(names)]
    return _batch(application().disputes.review_of_many(actor(), verdicts, request=once(body)))


def _batch(judged: Sequence[Judged]) -> ResponseReturnValue:
    refused = [
        {"dispute": one.dispute, "errors": [error_of(problem, language()) for problem in one.problems]}
        for one in judged
        if one.now is None
    ]
    return answer({"disputes": [one.now for one in judged if one.now is not None], "refused": refused})


def _entries(given: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The entries of a batch; refuses what is no evidence of one dispute."""
    known = {"dispute", *_EVIDENCE.members}
    for each in given:
        if not isinstance(each, dict) or set(each) - known or not all(map(_is_text, each.values())):
            raise Refusal(BODY_KEY_WRONG(field="evidence", key="evidence", expected="[{dispute, file, at, note}, …]"))
    return list(given)


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _named(entry: Mapping[str, Any]) -> str:
    if not entry.get("dispute"):
        raise Refusal(BODY_KEY_MISSING(field="dispute", key="dispute"))
    return str(entry["dispute"])


def _proof(body: Mapping[str, Any]) -> Proof:
    return Proof(_moment(body.get("at")), body.get("file"), body.get("note"))


def _moment(found: str | None) -> datetime | None:
    if found is None:
        return None
    at = parse_moment(found, running().zone)
    if at is None:
        raise Refusal(BAD_TIME(field="at", found=found[:60]))
    return at
