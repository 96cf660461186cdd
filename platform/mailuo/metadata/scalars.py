"""Texts that stand for something else: durations, dates, expressions, ids; what a scalar may be by its schema."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import re2  # type: ignore[import-untyped]

from mailuo.base.moments import parse_duration
from mailuo.base.problems import Message
from mailuo.metadata import grammar_messages

_YEARS = re.compile(r"(\d{1,2})y", re.ASCII)

_ID = "^[a-z][a-z0-9_]{0,47}$"
PATTERN_MESSAGES = {
    _ID: grammar_messages.NOT_AN_ID,
    "^[A-Za-z0-9_]{1,24}$": grammar_messages.NOT_AN_OPTION_ID,
    r"^[a-z]+/(\*|[A-Za-z0-9.+-]+)$": grammar_messages.NOT_A_MEDIA_TYPE,
    "^[0-9]{1,4}(KB|MB|GB)$": grammar_messages.NOT_A_SIZE,
    "^[A-Z]{3}$": grammar_messages.NOT_A_CURRENCY,
}


def _long_duration(text: str) -> timedelta | None:
    years = _YEARS.fullmatch(text)
    return timedelta(days=365 * int(years[1])) if years else parse_duration(text)


def _some_duration(text: str) -> timedelta | None:
    return parse_duration(text) or None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


_QUIET = re2.Options()
_QUIET.log_errors = False


def _expression(text: str) -> str | None:
    try:
        re2.compile(text, options=_QUIET)
    except re2.error:
        return None
    return text


FORMATS: Mapping[str, tuple[Callable[[str], object], Message]] = {
    "duration": (parse_duration, grammar_messages.NOT_DURATION),
    "long-duration": (_long_duration, grammar_messages.NOT_DURATION),
    "some-duration": (_some_duration, grammar_messages.NOTHING_LONG),
    "date": (_date, grammar_messages.NOT_DATE),
    "regex": (_expression, grammar_messages.NOT_EXPRESSION),
}
