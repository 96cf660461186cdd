"""All functions and operators of the language, each one entry of its theme, all listed here."""

from collections.abc import Mapping
from types import MappingProxyType

from mailuo.formulas.function import Function
from mailuo.formulas.functions.arithmetic import (
    ABS,
    DIVIDED,
    LESS,
    MODULO,
    NEGATIVE,
    NUMBER,
    PLUS,
    POSITIVE,
    ROUND,
    TIMES,
)
from mailuo.formulas.functions.comparing import COMPARISONS, IN
from mailuo.formulas.functions.days import DATE, DATEADD, DATETIME, DAY, HOUR, MINUTE, MONTH, TODAY, WEEKDAY, YEAR
from mailuo.formulas.functions.extremes import MAX, MIN
from mailuo.formulas.functions.logic import AND, COALESCE, FALSE, IF, IFS, ISBLANK, NOT, OR, SWITCH, TRUE, TRUTH
from mailuo.formulas.functions.nodes import DUE, ME, NOW, SOURCE, STATE
from mailuo.formulas.functions.spans import DAYS, HOURS, WORKHOURS
from mailuo.formulas.functions.tags import HAS
from mailuo.formulas.functions.texts import CONTAINS, JOINED, LEFT, LEN, LOWER, MID, RIGHT, STARTSWITH, TRIM, UPPER
from mailuo.formulas.functions.writing import TEXT

_ALL = (
    IF, IFS, SWITCH, AND, OR, NOT, TRUE, FALSE, ISBLANK, COALESCE, IN, HAS,
    ABS, ROUND, MIN, MAX, NUMBER,
    LEN, LEFT, RIGHT, MID, CONTAINS, STARTSWITH, LOWER, UPPER, TRIM, TEXT,
    NOW, TODAY, DATE, DATETIME, DATEADD, YEAR, MONTH, DAY, WEEKDAY, HOUR, MINUTE, HOURS, DAYS, WORKHOURS,
    STATE, SOURCE, DUE, ME,
)  # fmt: skip
_SIGNS = (*COMPARISONS, PLUS, LESS, TIMES, DIVIDED, MODULO, JOINED, NEGATIVE, POSITIVE, TRUTH)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({each.name: each for each in _ALL})
"""Every function by its name."""

OPERATORS: Mapping[str, Function] = MappingProxyType({each.name: each for each in _SIGNS})
"""Every operator by its sign."""


def function_of(name: str) -> Function:
    """The function or operator of a call."""
    return FUNCTIONS.get(name) or OPERATORS[name]
