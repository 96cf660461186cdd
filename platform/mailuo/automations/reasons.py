"""Reasons: why something was put aside, kept in every language, for nobody knows yet who will read it."""

import json
from collections.abc import Iterable

from mailuo.base.problems import LANGUAGES, Language, Problem, one_line

_MARK = '{"zh":'
_LONGEST = 500


def kept(problems: Iterable[Problem]) -> str:
    """What is wrong, as a row keeps it."""
    found = tuple(problems)
    return json.dumps({language: one_line(found, language)[:_LONGEST] for language in LANGUAGES}, ensure_ascii=False)


def reason_in(text: str | None, language: Language) -> str | None:
    """A row's reason in the reader's language; one that was kept as words alone stays as it is."""
    if text is None or not text.startswith(_MARK):
        return text
    told: dict[str, str] = json.loads(text)
    return told[language]
