"""Runs: what rules did, replayed, tried and begun by a button; and lines on Home done by hand."""

from flask.typing import ResponseReturnValue

from mailuo.automations.run_log import STATES, Sought
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call
from mailuo_web.api.requests import once
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.operation import Body, Member, Operation, Parameter, listed, ref
from mailuo_web.http.parameters import last_id, limit, one_of, text
from mailuo_web.http.route import SIGNED_IN, may

_WHOSE = {"type": "string", "enum": ["now", "then"]}
_REPLAY = Body({"revision": Member(("按现在的规则（默认），还是当时的", "As the rule is now (usual), or was then"), _WHOSE)})
_TRY = Body({"record": Member(("在哪条记录上试：主键或 id", "The record to try it on: key or id"))})
_PRESS = Body({"button": Member(("按钮", "The button"), required=True)})

LIST = Operation(
    ("自动化的运行，新的在前，每一步都在", "Runs of automations, newest first, with every step"),
    listed("runs", "Run"),
    parameters=(
        Parameter("automation", ("自动化", "The automation")),
        Parameter("state", ("状态", "The state"), {"type": "string", "enum": list(STATES)}),
        parts.LIMIT,
        parts.CURSOR,
    ),
    problems=(400, 403),
)
ONE = Operation(("一次运行，和它引出的运行", "One run, and those of its chain"), ref("Run"), problems=(403, 404))
RULES = Operation(
    ("每条自动化最近怎么样：失败过没有，是不是很久没动静", "How every automation fares: failures of late, or long silence"),
    listed("automations", "Rule"),
    problems=(403,),
)
REPLAY = Operation(
    ("从失败的那一步接着做", "Goes on from the step that failed"), ref("Run"), body=_REPLAY, problems=(403, 404, 409, 415, 422)
)
TRY = Operation(
    ("在一条记录上试，不留下任何痕迹", "Tried on one record; nothing of it stays"), ref("Trial"), body=_TRY,
    problems=(403, 404, 415, 422),
)  # fmt: skip
PRESS = Operation(
    ("按记录上的按钮", "Presses a button on a record"), ref("Pressed"), 202, parameters=(parts.IDEMPOTENCY_KEY,), body=_PRESS,
    problems=(403, 404, 409, 415, 422),
)  # fmt: skip
DONE = Operation(("一条待办做完了", "A line on Home is done"), ref("Line"), problems=(404, 409))


@call("/runs", may("runs"), LIST)
def list_runs() -> ResponseReturnValue:
    """`{runs, next}`."""
    sought = Sought(text("automation"), one_of("state", *STATES))
    runs, following = application().runs.page(actor(), sought, limit=limit(), cursor=last_id())
    return answer({"runs": runs, "next": following})


@call("/runs/<run>", may("runs"), ONE)
def read_run(run: str) -> ResponseReturnValue:
    """One run."""
    return answer(application().runs.get(actor(), run))


@call("/automations", may("runs"), RULES)
def list_automations() -> ResponseReturnValue:
    """`{automations, next}`."""
    return answer({"automations": application().runs.rules(actor()), "next": None})


@call("/runs/<run>/replay", may("runs"), REPLAY, "POST")
def replay_run(run: str) -> ResponseReturnValue:
    """The run, which goes on."""
    body = _REPLAY.read_or_empty()
    return answer(application().runs.replay(actor(), run, "then" if body.get("revision") == "then" else "now"))


@call("/automations/<automation>/try", may("runs"), TRY, "POST")
def try_automation(automation: str) -> ResponseReturnValue:
    """`{condition, state, steps}`."""
    return answer(application().runs.try_out(actor(), automation, _TRY.read().get("record") or ""))


@call("/tables/<table>/records/<key>/press", SIGNED_IN, PRESS, "POST")
def press_button(table: str, key: str) -> ResponseReturnValue:
    """`{run, state, error}`."""
    body = _PRESS.read()
    told = application().runs.press(actor(), table, key, body["button"], request=once(body))
    return answer(told, 202)


@call("/todos/<todo>/done", SIGNED_IN, DONE, "POST")
def finish_todo(todo: str) -> ResponseReturnValue:
    """The line, done."""
    return answer(application().todos.done(actor(), todo))
