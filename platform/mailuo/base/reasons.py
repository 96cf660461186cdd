"""Reasons: why something came to nothing, kept in every language, for nobody knows yet who will read it."""

import json
from collections.abc import Mapping

from mailuo.base.problems import LANGUAGES, Language, Message, Problem, one_line

_MARK = '{"zh":'
_LONGEST = 2_000
_SAID = Message("reason", zh="{said_zh}", en="{said_en}")


class Failure(Exception):
    """Something came to nothing; `why` tells it in every language, without a secret."""

    def __init__(self, why: Problem) -> None:
        super().__init__(why.text("en"))
        self.why = why


def together(*problems: Problem) -> Problem:
    """The problems as one, in one line, each with its place where it has one."""
    return _said({language: one_line(problems, language) for language in LANGUAGES})


def kept(*problems: Problem) -> str:
    """What is wrong, as a row keeps it: words that are the same in every language as they are."""
    said = {language: one_line(problems, language)[:_LONGEST] for language in LANGUAGES}
    alike = len(set(said.values())) == 1 and not said["zh"].startswith(_MARK)
    return said["zh"] if alike else json.dumps(said, ensure_ascii=False)


def reason_of(text: str) -> Problem:
    """What a row keeps, to be told within another sentence."""
    return _said(_opened(text))


def reason_in(text: str | None, language: Language) -> str | None:
    """A row's reason in the reader's language; one that was kept as words alone stays as it is."""
    return None if text is None else _opened(text)[language]


def _said(words: Mapping[Language, str]) -> Problem:
    return _SAID(said_zh=words["zh"], said_en=words["en"])


def _opened(text: str) -> Mapping[Language, str]:
    plain: Mapping[Language, str] = dict.fromkeys(LANGUAGES, text)
    if not text.startswith(_MARK):
        return plain
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return plain
    return (
        found
        if isinstance(found, dict)
        and found.keys() == plain.keys()
        and all(isinstance(each, str) for each in found.values())
        else plain
    )
