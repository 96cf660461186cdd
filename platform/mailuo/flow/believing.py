"""Believing: why arbitration lets a node stand as it does: which words, which rule, which verdict, in a sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from mailuo.base.problems import Language
from mailuo.flow.state import NodeState, State
from mailuo.flow.telling import lasting
from mailuo.metadata.arbitration import Arbitration


class Spoken(NamedTuple):
    """One standing word about the node, with its source as people call it."""

    source: str
    title: str
    at: datetime
    received_at: datetime
    part: str = ""


class Decided(NamedTuple):
    """A verdict: its time, who gave it and when, and on whose evidence."""

    at: datetime
    by: str
    when: datetime
    giver: str
    photo: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the sentence is made of."""

    rule: Arbitration
    golden: str
    """How people call the golden source."""
    words: Sequence[Spoken]
    decided: Sequence[Decided]
    zone: tzinfo
    language: Language


_SENTENCES = {
    "conflict": (
        "{golden} 与{others} 相差超过 {tolerance}，按规则“{rule}”等待裁决",
        "{golden}, but {others}: further apart than {tolerance}, so by the rule '{rule}' it waits for the verdict",
    ),
    "grace": (
        "只有{others}，{grace}内{source}没有证实，按规则“{rule}”等待裁决",
        "Only {others}; {source} did not confirm it within {grace}, so by the rule '{rule}' it waits for the verdict",
    ),
    "provisional": (
        "（按规则“{rule}”暂定，等{source}证实）",
        " (provisional by the rule '{rule}' until {source} confirms it)",
    ),
    "patience": (
        "（按规则“{rule}”暂定，等{source}证实；到 {until} 仍无证实即为争议）",
        " (provisional by the rule '{rule}'; disputed unless {source} confirms it by {until})",
    ),
    "replaced": (
        "（按规则“{rule}”以{source}为准，取代{others}）",
        " (by the rule '{rule}' {source} is believed, in place of: {others})",
    ),
    "agreed": (
        "（按规则“{rule}”以{source}为准，{others} 与它相符）",
        " (by the rule '{rule}' {source} is believed; in agreement: {others})",
    ),
    "verdict": (
        "裁决为 {at}：{by}于 {when} 采纳了{giver}的凭证{photo}",
        "The verdict is {at}: {by} accepted the evidence of {giver}{photo} at {when}",
    ),
    "said": ("{title}说 {at}", "{title} said {at}"),
}  # fmt: skip


def believed(state: NodeState, grounds: Grounds) -> str | None:
    """The whole sentence about a node that is disputed or decided; None where neither is so."""
    if state.state is State.DISPUTED:
        return _disputed(state, grounds)
    if state.state is State.REACHED and grounds.decided:
        return _joined([_verdict(each, grounds) for each in grounds.decided], grounds)
    return None


def remark(state: NodeState, grounds: Grounds) -> str:
    """What is added to the sentence about a node that stands by a rule: until when, or in whose place."""
    others = [word for word in grounds.words if word.source in grounds.rule.auxiliary]
    golden = [word for word in grounds.words if word.source == grounds.rule.golden]
    if state.provisional:
        return _provisional(others, grounds)
    if state.state is not State.REACHED or not golden or not others:
        return ""
    alike = all(word.at in {each.at for each in golden} for word in others)
    return _say("agreed" if alike else "replaced", grounds, others=_heard(others, grounds))


def _disputed(state: NodeState, grounds: Grounds) -> str:
    frozen = {part for part, each in state.parts if each.state is State.DISPUTED} | {""}
    words = [word for word in grounds.words if word.part in frozen or not state.parts]
    golden = [word for word in words if word.source == grounds.rule.golden]
    others = [word for word in words if word.source in grounds.rule.auxiliary]
    if not golden:
        return _say("grace", grounds, others=_heard(others, grounds), grace=_length(grounds.rule.grace, grounds.language))
    against = [word for word in others if all(abs(word.at - each.at) > grounds.rule.tolerance for each in golden)]
    told = {"golden": _heard(golden, grounds), "tolerance": _length(grounds.rule.tolerance, grounds.language)}
    return _say("conflict", grounds, others=_heard(against or others, grounds), **told)


def _provisional(others: Sequence[Spoken], grounds: Grounds) -> str:
    if grounds.rule.grace is None or not others:
        return _say("provisional", grounds)
    until = min(word.received_at for word in others) + grounds.rule.grace
    return _say("patience", grounds, until=_moment(until, grounds.zone))


def _verdict(decided: Decided, grounds: Grounds) -> str:
    photo = f"（{decided.photo}）" if grounds.language == "zh" else f" ({decided.photo})"
    told = {"by": decided.by, "giver": decided.giver, "photo": photo if decided.photo else ""}
    when = _moment(decided.when, grounds.zone)
    return _say("verdict", grounds, at=_moment(decided.at, grounds.zone), when=when, **told)


def _heard(words: Sequence[Spoken], grounds: Grounds) -> str:
    told = (_say("said", grounds, title=word.title, at=_moment(word.at, grounds.zone)) for word in sorted(words, key=_order))
    return _joined(list(dict.fromkeys(told)), grounds)


def _order(word: Spoken) -> tuple[datetime, str]:
    return word.at, word.source


def _joined(texts: Sequence[str], grounds: Grounds) -> str:
    return ("、" if grounds.language == "zh" else ", ").join(texts)


def _say(name: str, grounds: Grounds, **values: str) -> str:
    template = _SENTENCES[name][0 if grounds.language == "zh" else 1]
    return template.format_map({"rule": grounds.rule.title, "source": grounds.golden, **values})


def _length(length: timedelta | None, language: Language) -> str:
    return "" if length is None else lasting(length, language)


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
