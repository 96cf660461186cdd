"""Connectors: how each stands, what came in and went out, and doing either again."""

from flask.typing import ResponseReturnValue

from mailuo.automations.console import CALL_STATES, INBOX_STATES
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.operation import Body, Member, Operation, Parameter, listed, ref
from mailuo_web.http.parameters import limit, one_of, place, text
from mailuo_web.http.route import may

_NEED = may("connectors", "runs")
_ITEMS = listed("inbox", "InboxItem")
_EVENT = Parameter("event", ("只要这种消息", "Only events of this kind"))
_VALUES = Body({"with": Member(("给调用的值", "What the operation is given"), {"type": "object"})})

_WHY = Body({"note": Member(("为什么丢弃", "Why it is discarded"), required=True)})


def _state(states: tuple[str, ...]) -> Parameter:
    return Parameter("state", ("状态", "The state"), {"type": "string", "enum": list(states)})


LIST = Operation(("全部连接器：开没开、为什么、多新鲜、多可靠", "All connectors: whether on, why not, how fresh and reliable"), listed("connectors", "Connector"), problems=(403,))
ONE = Operation(("一个连接器", "One connector"), ref("Connector"), problems=(403, 404))
INBOX = Operation(("收到的消息，新的在前", "What came in, latest first"), _ITEMS, parameters=(_state(INBOX_STATES), parts.LIMIT, parts.CURSOR), problems=(400, 403, 404))
ITEM = Operation(("一条收到的消息；内容只给有 connectors 权利的人", "One thing that came in; its body only for who has the right `connectors`"), ref("InboxItem"), problems=(403, 404))
REPLAY_ITEM = Operation(("按现在的声明重新处理一条", "Maps one anew by the declarations in force"), ref("InboxItem"), problems=(403, 404, 409))
REPLAY_DEAD = Operation(("重新处理全部死信", "Maps all dead letters anew"), ref("Replayed"), parameters=(_EVENT,), problems=(400, 403, 404))
CALLS = Operation(("外呼，新的在前", "Calls out, latest first"), listed("calls", "OutsideCall"), parameters=(_state(CALL_STATES), parts.LIMIT, parts.CURSOR), problems=(400, 403, 404))
CALL = Operation(("一次外呼，带每次尝试；给了什么、答了什么只给有 connectors 权利的人", "One call, with each attempt; what it was given and was answered only for who has the right `connectors`"), ref("OutsideCall"), problems=(403, 404))
REPLAY_CALL = Operation(("重新外呼", "Makes a call again"), ref("OutsideCall"), problems=(403, 404, 409))
DISCARD_ITEM = Operation(("丢弃一条死信，写明为什么", "Discards a dead letter, with the reason"), ref("InboxItem"), body=_WHY, problems=(403, 404, 409, 415, 422))
DISCARD_CALL = Operation(("丢弃一次失败的外呼，写明为什么", "Discards a dead call, with the reason"), ref("OutsideCall"), body=_WHY, problems=(403, 404, 409, 415, 422))
TEST = Operation(("试一次调用", "Makes a call by hand"), ref("OutsideCall"), status=202, body=_VALUES, problems=(403, 404, 415, 422))


@call("/connectors", _NEED, LIST)
def list_connectors() -> ResponseReturnValue:
    """`{connectors, next}`."""
    return answer({"connectors": application().outside.console.connectors(actor().language), "next": None})


@call("/connectors/<connector>", _NEED, ONE)
def show_connector(connector: str) -> ResponseReturnValue:
    """One connector."""
    return answer(application().outside.console.connector(connector, actor().language))


@call("/connectors/<connector>/inbox", _NEED, INBOX)
def list_inbox(connector: str) -> ResponseReturnValue:
    """`{inbox, next}`."""
    state = one_of("state", *INBOX_STATES)
    console = application().outside.console
    items, following = console.inbox(connector, actor(), state=state, limit=limit(), cursor=place())
    return answer({"inbox": items, "next": following})


@call("/connectors/<connector>/inbox/<item>", _NEED, ITEM)
def show_item(connector: str, item: str) -> ResponseReturnValue:
    """One item with its body."""
    return answer(application().outside.console.inbox_item(connector, item, actor()))


@call("/connectors/<connector>/inbox/<item>/replay", _NEED, REPLAY_ITEM, "POST")
def replay_item(connector: str, item: str) -> ResponseReturnValue:
    """The item, which is mapped anew."""
    return answer(application().outside.console.replay_event(actor(), connector, item))


@call("/connectors/<connector>/inbox/replay", _NEED, REPLAY_DEAD, "POST")
def replay_dead(connector: str) -> ResponseReturnValue:
    """`{count}` of the dead letters that are mapped anew."""
    return answer({"count": application().outside.console.replay_dead(actor(), connector, text("event"))})


@call("/connectors/<connector>/inbox/<item>/discard", may("connectors"), DISCARD_ITEM, "POST")
def discard_item(connector: str, item: str) -> ResponseReturnValue:
    """The dead letter, discarded."""
    return answer(application().outside.console.discard_event(actor(), connector, item, _WHY.read()["note"]))


@call("/connectors/<connector>/calls", _NEED, CALLS)
def list_calls(connector: str) -> ResponseReturnValue:
    """`{calls, next}`."""
    state = one_of("state", *CALL_STATES)
    calls, following = application().outside.console.calls(connector, actor(), state=state, limit=limit(), cursor=place())
    return answer({"calls": calls, "next": following})


@call("/connectors/<connector>/calls/<made>", _NEED, CALL)
def show_call(connector: str, made: str) -> ResponseReturnValue:
    """One call with its attempts."""
    return answer(application().outside.console.call(connector, made, actor()))


@call("/connectors/<connector>/calls/<made>/replay", _NEED, REPLAY_CALL, "POST")
def replay_call(connector: str, made: str) -> ResponseReturnValue:
    """The call, which is made again."""
    return answer(application().outside.console.replay_call(actor(), connector, made))


@call("/connectors/<connector>/calls/<made>/discard", may("connectors"), DISCARD_CALL, "POST")
def discard_call(connector: str, made: str) -> ResponseReturnValue:
    """The dead call, discarded."""
    return answer(application().outside.console.discard_call(actor(), connector, made, _WHY.read()["note"]))


@call("/connectors/<connector>/operations/<operation>/test", may("connectors"), TEST, "POST")
def test_operation(connector: str, operation: str) -> ResponseReturnValue:
    """The call, which waits to be made."""
    values = _VALUES.read().get("with", {})
    return answer(application().outside.console.test(actor(), connector, operation, values), 202)
