"""Telling: what a message about an alert says when its rule has no words of its own, and how digests say many."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from mailuo.base.problems import Language
from mailuo.formulas import Formula
from mailuo.metadata.model import Alert, DueBy, EarlierThan

MOST_NAMED = 10
_UNITS = ((86_400, "天", "d"), (3_600, "小时", "h"), (60, "分", "min"), (1, "秒", "s"))


class Fact(NamedTuple):
    """One alert as a message tells it."""

    key: str
    lasted: timedelta | None
    """How long the clock ran until now; how much earlier, for a reward; None where the reader may not know."""
    link: str
    cause: str | None = None


_SENTENCES = {
    "bare": ("【{title}】{key}", "[{title}] {key}"),
    "late": ("【{title}】{key} 已过 {lasted}", "[{title}] {key}: {lasted} so far"),
    "early": ("【{title}】{key} 提前 {lasted}", "[{title}] {key}: {lasted} early"),
    "passed": ("【{title}】{key} 已超过时限 {lasted}", "[{title}] {key}: {lasted} past its time"),
    "cause": ("。疑似原因：{cause}", ". Suspected cause: {cause}"),
    "digest": ("【{title}】共 {count} 条：{keys}", "[{title}] {count} at once: {keys}"),
    "more": (" 等", " …"),
}


def promise(rule: Alert) -> Formula | None:
    """The formula of the moment by which a rule measures, if it names one."""
    match rule.when:
        case DueBy(due_by=formula) | EarlierThan(earlier_than=formula):
            return formula
    return None


def sentence(rule: Alert, fact: Fact, language: Language) -> str:
    """The message about one alert: title, key, how long, the suspected cause, a link."""
    kind = "early" if isinstance(rule.when, EarlierThan) else "passed" if isinstance(rule.when, DueBy) else "late"
    lasted = None if fact.lasted is None else lasting(fact.lasted, language)
    said = _say("bare" if lasted is None else kind, language, title=rule.title, key=fact.key, lasted=lasted or "")
    cause = _say("cause", language, cause=fact.cause) if fact.cause else ""
    return f"{said}{cause} {fact.link}"


def digest(title: str, count: int, keys: Sequence[str], link: str, language: Language) -> str:
    """The one message about many alerts: how many there are, and at most ten by name."""
    separator = "、" if language == "zh" else ", "
    named = separator.join(keys[:MOST_NAMED]) + (_say("more", language) if count > MOST_NAMED else "")
    return f"{_say('digest', language, title=title, count=str(count), keys=named)} {link}"


def lasting(length: timedelta, language: Language) -> str:
    """A length as people say it, in its two largest units."""
    left, parts = int(length.total_seconds()), []
    for seconds, zh, en in _UNITS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{zh if language == 'zh' else en}")
    joined = ("" if language == "zh" else " ").join(parts[:2])
    return joined or ("0秒" if language == "zh" else "0s")


def _say(name: str, language: Language, **values: str) -> str:
    return _SENTENCES[name][0 if language == "zh" else 1].format_map(values)
