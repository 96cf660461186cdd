"""Armour: how a text stands in a cell of a CSV so that no spreadsheet runs, rounds or trims it; and back again.

A leading apostrophe says "what follows is text", as spreadsheets themselves have it. `="123"` and tabs around a number
are what shop platforms use for the same purpose.
"""

import re

_NEEDS = re.compile(r"[=+\-@'\s]|.*\s\Z", re.DOTALL)
_QUOTED = re.compile(r'="([^"]*)"', re.DOTALL)


def armoured(text: str) -> str:
    """The cell of a text; what could run as a formula, or lose its blanks, has an apostrophe before it."""
    return f"'{text}" if _NEEDS.match(text) else text


def bare(cell: str) -> str:
    """The text of a cell: one apostrophe, an `="…"` around it, or else the blanks around it are taken off."""
    if not cell:
        return cell
    if cell[0] == "'":
        return cell[1:]
    text = cell.strip()
    if text.startswith('="'):
        quoted = _QUOTED.fullmatch(text)
        return quoted[1] if quoted else text
    return text.removeprefix("'")
