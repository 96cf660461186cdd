"""Formulas as people read them: names by their titles, options by theirs; what is left is the formula as it is written."""

import re
from collections.abc import Mapping

from mailuo_web.pages.subject import Subject

_GAP = re.compile(r"\"[^\"]*\"|'[^']*'|\{([^{}]*)\}")
_COMPARED = re.compile(r"\{([^{}]+)\}(\s*(?:=|<>)\s*)([\"'])([^\"']*)\3")
_RECORD = "record."
"""What says in rules aloud whose a name is."""


def titled_formula(formula: str, subject: Subject) -> str:
    """The formula with the titles of a table's fields, nodes and options; names of a rule's own stay."""
    options = subject.words.options
    compared = _COMPARED.sub(lambda found: _with_option(found, options), formula)
    return _GAP.sub(lambda found: found[0] if found[1] is None else f"{{{_title(found[1], subject)}}}", compared)


def _with_option(found: re.Match[str], options: Mapping[str, Mapping[str, str]]) -> str:
    name, compares, quote, value = found.groups()
    title = options.get(name.strip().removeprefix(_RECORD), {}).get(value, value)
    return f"{{{name}}}{compares}{quote}{title}{quote}"


def _title(name: str, subject: Subject) -> str:
    own = name.strip().removeprefix(_RECORD)
    title = subject.title_of(own)
    return name.strip() if title == own else title
