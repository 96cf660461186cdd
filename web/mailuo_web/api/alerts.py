"""Alerts: the wall, and acknowledging."""

from flask.typing import ResponseReturnValue

from mailuo.flow.wall import STATES, Wanted
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.operation import Body, Member, Operation, Parameter, listed, ref
from mailuo_web.http.parameters import limit, one_of, text
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


@call("/alerts", SIGNED_IN, WALL)
def list_alerts() -> ResponseReturnValue:
    """`{alerts, next}`: of records that the caller sees."""
    wanted = Wanted(one_of("state", *STATES), one_of("level", *_LEVELS), text("rule"), text("record"))
    alerts, following = application().alerts.page(actor(), wanted, limit=limit(), cursor=text("cursor"))
    return answer({"alerts": alerts, "next": following})


@call("/alerts/<alert>/acknowledge", SIGNED_IN, ACKNOWLEDGE, "POST")
def acknowledge(alert: str) -> ResponseReturnValue:
    """The alert, acknowledged with a note."""
    return answer(application().alerts.acknowledge(actor(), alert, _NOTE.read().get("note")))
