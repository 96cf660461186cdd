"""The language of the command line: MAILUO_LANG, Chinese unless it says otherwise."""

import os

from mailuo.base.problems import Language, Message, Problem

LANGUAGE: Language = "en" if os.environ.get("MAILUO_LANG") == "en" else "zh"


def told(zh: str, en: str) -> str:
    """The one of two sentences that this reader reads."""
    return zh if LANGUAGE == "zh" else en


def said(message: Message, **values: object) -> str:
    """A message in the reader's language."""
    return Problem(message, values={name: str(value) for name, value in values.items()}).text(LANGUAGE)
