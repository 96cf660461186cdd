"""Sentences with gaps: filled with values, and with the form of a word that a number asks for."""

import re
from collections.abc import Mapping

_FORMS = re.compile(r"\{(\w+):([^{}/]*)/([^{}/]*)\}")
_ONE = "1"


def filled(template: str, values: Mapping[str, object]) -> str:
    """The sentence with its `{named}` gaps filled; `{count:row/rows}` is the first form for one, else the second."""
    if "/" in template:
        template = _FORMS.sub(lambda gap: gap[2] if str(values[gap[1]]) == _ONE else gap[3], template)
    return template.format_map(values)
