"""Alerts: the wall, and acknowledging."""

from flask.typing import ResponseReturnValue

from mailuo.automations.told import Told
from mailuo.base.moments import format_moment
from mailuo.flow.wall import STATES, Wanted
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, running
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.operation import Body, Member, Operation, Parameter, listed, ref
from mailuo_web.http.parameters import limit, one_of, place, text
from mailuo_web.http.route import SIGNED_IN

_LEVELS = ("red", "orange", "green")
_NOTE = Body({"note": Member(("说明", "A note"))})

WALL = Operation(
    ("预警墙，先开的在前", "The wall of alerts, oldest first"),
    listed("alerts", "Alert"),
    parameters=(
        Parameter("state", ("状态", "The state"), {"type": "string", "enum": list(STATES)}),
        Parameter("level", ("级别", "The level"), {"type": "string", "enum": list(_LEVELS)}),
        Parameter("rule", ("规则", "The rule")),
        Parameter("record", ("记录的主键或 id", "A record's key or id")),
        parts.LIMIT,
        parts.CURSOR,
    ),
    problems=(400,),
)
ACKNOWLEDGE = Operation(("知悉一条预警", "Acknowledges an alert"), ref("Alert"), body=_NOTE, problems=(404, 409, 415, 422))

MESSAGES = Operation(
    ("这条预警通知了谁、送到没有", "Who was told of an alert, and whether it reached them"), listed("messages", "Told"), problems=(404,)
)


@call("/alerts", SIGNED_IN, WALL)
def list_alerts() -> ResponseReturnValue:
    """`{alerts, next}`: of records that the caller sees."""
    wanted = Wanted(one_of("state", *STATES), one_of("level", *_LEVELS), text("rule"), text("record"))
    alerts, following = application().alerts.page(actor(), wanted, limit=limit(), cursor=place())
    return answer({"alerts": alerts, "next": following})


@call("/alerts/<alert>/acknowledge", SIGNED_IN, ACKNOWLEDGE, "POST")
def acknowledge(alert: str) -> ResponseReturnValue:
    """The alert, acknowledged with a note."""
    return answer(application().alerts.acknowledge(actor(), alert, _NOTE.read().get("note")))


@call("/alerts/<alert>/messages", SIGNED_IN, MESSAGES)
def list_messages(alert: str) -> ResponseReturnValue:
    """`{messages, next}`: who was told of an alert that the caller sees, and whether it reached them."""
    application().alerts.see(actor(), alert)
    told = application().deliveries.told(actor(), alert)
    return answer({"messages": [_told(each) for each in told], "next": None})


def _told(each: Told) -> dict[str, object]:
    zone = running().zone
    persons = [
        {"person": one.person, "state": one.state, "at": format_moment(one.at, zone), "attempts": one.attempts, "error": one.error}
        for one in each.persons
    ]
    return {
        "id": each.id, "at": format_moment(each.at, zone), "via": each.via, "role": each.role, "user": each.user,
        "copy": each.copy, "state": each.state, "persons": persons,
    }  # fmt: skip
