"""Outgoing: what is held back, letting it go or dropping it, and whom messages do not reach."""

from flask.typing import ResponseReturnValue

from mailuo.automations.switch import Hold
from mailuo.automations.told import Lacking
from mailuo.base.moments import format_moment
from mailuo.base.reasons import reason_in
from mailuo_web.api.blueprint import call, running
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application, language
from mailuo_web.http.operation import Body, Member, Operation, ref
from mailuo_web.http.route import may

_CONNECTOR = Member(("连接器；不写就是全部", "A connector; all of them without it"))
_HOLD = Body({"connector": _CONNECTOR})
_RELEASE = Body(
    {"connector": _CONNECTOR, "drop": Member(("丢弃而不发送", "Drop it instead of sending it"), {"type": "boolean"})}
)
LOOK = Operation(("暂停了哪些外发，哪些消息送不到", "What is held back, and whom messages do not reach"), ref("Outgoing"), problems=(403,))
HOLD = Operation(("暂停外发", "Holds back what goes out"), ref("Outgoing"), body=_HOLD, problems=(403, 404, 415, 422))
RELEASE = Operation(("恢复外发，或丢弃", "Lets it go, or drops it"), ref("Outgoing"), body=_RELEASE, problems=(403, 404, 415, 422))


@call("/outgoing", may("connectors"), LOOK)
def outgoing() -> ResponseReturnValue:
    """`{held, waiting, unaddressed}`."""
    return answer(_state())


@call("/outgoing/hold", may("connectors"), HOLD, "POST")
def hold() -> ResponseReturnValue:
    """Nothing goes out from now on, or nothing through one connector; intents are kept."""
    application().switch.hold(actor(), _HOLD.read().get("connector"))
    return answer(_state())


@call("/outgoing/release", may("connectors"), RELEASE, "POST")
def release() -> ResponseReturnValue:
    """What was held goes out, or is dropped; `released` says how many calls and deliveries."""
    body = _RELEASE.read()
    count = application().switch.release(actor(), body.get("connector"), drop=bool(body.get("drop")))
    return answer({**_state(), "released": count})


def _state() -> dict[str, object]:
    deliveries = application().deliveries
    waiting = [
        {"via": via, "count": count, "why": reason_in(why, language())} for via, (count, why) in deliveries.waiting().items()
    ]
    return {
        "held": [_hold(each) for each in application().switch.holds()],
        "waiting": waiting,
        "unaddressed": [_lacking(each) for each in deliveries.lacking()],
    }


def _hold(each: Hold) -> dict[str, object]:
    why = each.why.text(language()) if each.why else None
    return {"connector": each.connector, "since": format_moment(each.since, running().zone), "by": each.by, "why": why}


def _lacking(each: Lacking) -> dict[str, object]:
    return {
        "via": each.via, "role": each.role, "person": each.person, "why": reason_in(each.why, language()), "count": each.count,
        "last_at": format_moment(each.last_at, running().zone),
    }  # fmt: skip
