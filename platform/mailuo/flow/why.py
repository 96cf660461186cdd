"""Why: the sentence that says why a node stands as it does, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from mailuo.base.problems import Language
from mailuo.flow.state import NodeState, State


@dataclass(frozen=True, slots=True)
class Telling:
    """What the sentence may name."""

    zone: tzinfo
    source: str
    speakers: Sequence[str]
    missing: Sequence[str]
    left: str | None
    condition: str | None
    unborn: bool = False


_SENTENCES = {
    "passed_over": ("不适用于这条记录", "Does not apply to this record"),
    "not_applicable": ("不适用：条件 {condition} 不成立", "Does not apply: {condition} does not hold"),
    "held": ("已收到消息，前面有争议，等裁决", "Word was received; a dispute before it must end first"),
    "unborn": ("当时还没有这条记录", "There was no such record yet"),
    "left": ("已{left}，不再进行", "The record has left the line ({left})"),
    "pending": ("等待前置节点：{missing}", "Waits for: {missing}"),
    "waiting": ("等待前置节点", "Waits for what comes before it"),
    "due": ("自 {since} 起可办，由 {speakers} 来报", "Due since {since}; {speakers} may report it"),
    "due_unknown": ("现在可办，由 {speakers} 来报", "Due now; {speakers} may report it"),
    "reached": ("{source} 报告于 {at} 到达", "{source} reported it for {at}"),
    "clock": ("时间到，系统于 {at} 自动到达", "Time was up at {at}; the clock reached it"),
    "several": ("各件都已到达，{at} 为准", "Its parts have reached it; {at} counts"),
    "inferred": ("后面的节点已有报告，这一步没有人报过，推断已完成", "A later node was reported and this one never was: inferred"),
    "disputed": ("各方说法不一，等待裁决", "The sources disagree; waits for the verdict"),
    "provisional": ("（暂定，等标准来源）", " (provisional until the standard source speaks)"),
    "early": ("（早于前一节点的时间）", " (earlier than the node before it)"),
    "unproved": ("（没有凭证）", " (without evidence)"),
}  # fmt: skip


def why(state: NodeState, telling: Telling, language: Language) -> str:
    """The sentence about one node."""
    place = 0 if language == "zh" else 1
    values = {
        "condition": telling.condition or "",
        "left": telling.left or "",
        "missing": "、".join(telling.missing),
        "speakers": "、".join(telling.speakers) or "–",
        "source": telling.source,
        "since": _shown(state.due_since, telling.zone) if state.state is State.DUE else "",
        "at": _shown(state.at, telling.zone),
    }
    marks = [name for name in ("provisional", "early", "unproved") if getattr(state, name)]
    return "".join(_SENTENCES[name][place].format_map(values) for name in (_kind(state, telling), *marks))


def _kind(state: NodeState, telling: Telling) -> str:
    match state.state:
        case _ if telling.unborn:
            return "unborn"
        case State.NOT_APPLICABLE if not telling.condition:
            return "passed_over"
        case State.PENDING if state.held:
            return "held"
        case State.PENDING if telling.left:
            return "left"
        case State.PENDING:
            return "pending" if telling.missing else "waiting"
        case State.DUE:
            return "due" if state.due_since else "due_unknown"
        case State.REACHED if state.parts:
            return "several"
        case State.REACHED if state.claim is None:
            return "clock"
    return state.state.value


def _shown(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
