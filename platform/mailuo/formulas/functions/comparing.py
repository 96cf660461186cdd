"""Comparing: with a blank nothing is equal, different, smaller or greater."""

import operator
from collections.abc import Callable
from typing import Any

from mailuo.formulas import messages
from mailuo.formulas.adapting import adapt
from mailuo.formulas.code import Code, code, listed
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, said
from mailuo.formulas.postgres import Builder, is_text
from mailuo.formulas.tree import Call
from mailuo.formulas.types import BOOLEAN, TEXTS, Kind, Type

_COMPARED = TEXTS | {Kind.NUMBER, Kind.BOOLEAN, Kind.DATE, Kind.MOMENT, Kind.DURATION}
_EQUAL = ("=", "<>")
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _check(asked: Asked) -> Type:
    left, right = asked.args
    adapt(asked, 0, right.type)
    adapt(asked, 1, left.type)
    kinds = (asked.args[0].type.kind, asked.args[1].type.kind)
    same = kinds[0] is kinds[1] or set(kinds) <= TEXTS
    ordered = kinds[0] is not Kind.BOOLEAN or asked.function.name in _EQUAL
    if not same or not ordered or not set(kinds) <= _COMPARED:
        raise asked.wrong(messages.NOT_TOGETHER, **said("left", kinds[0]), **said("right", kinds[1]))
    return BOOLEAN


def _comparison(sign: str, zh: str, en: str) -> Function:
    compare = SIGNS[sign]

    def python(context: Context, left: object, right: object) -> bool:
        return left is not None and right is not None and compare(left, right)

    def postgres(sql: Builder, call: Call, left: Code, right: Code) -> Code:
        side = code("(", left, ') COLLATE "C"') if is_text(call.args[0].type) else left
        return code("coalesce(", side, f" {sign} ", right, ", false)")

    return Function(sign, f"a {sign} b", zh, en, _check, python, postgres, minds_blanks=True, certain=True)


def _check_in(asked: Asked) -> Type:
    asked.count(2)
    for place in range(1, len(asked.args)):
        adapt(asked, place, asked.args[0].type)
    wanted = asked.args[0].type.kind
    if wanted not in _COMPARED:
        raise asked.wrong(messages.WANTED, 0, **said("wanted", Kind.TEXT), **said("found", wanted))
    for place, node in enumerate(asked.args):
        if node.type.kind is not wanted and not {node.type.kind, wanted} <= TEXTS:
            raise asked.wrong(messages.WANTED, place, **said("wanted", wanted), **said("found", node.type.kind))
    return BOOLEAN


def _in(context: Context, value: object, *others: object) -> bool:
    return value is not None and value in others


def _pg_in(sql: Builder, call: Call, value: Code, *others: Code) -> Code:
    return code("coalesce(", value, " IN (", listed(others), "), false)")


COMPARISONS = (
    _comparison(
        "=",
        "相等；文字按字符、区分大小写，选项按编号",
        "equal; texts by their characters, upper and lower case apart, choices by id",
    ),
    _comparison("<>", "不等；和空比较总是不成立", "different; nothing differs from a blank"),
    _comparison("<", "小于、早于", "smaller or earlier"),
    _comparison("<=", "不大于、不晚于", "not greater, not later"),
    _comparison(">", "大于、晚于", "greater or later"),
    _comparison(">=", "不小于、不早于", "not smaller, not earlier"),
)
IN = Function(
    "IN", "IN(x, a, b, …)", "x 是其中之一", "whether x is one of the others", _check_in, _in, _pg_in,
    minds_blanks=True, certain=True,
)  # fmt: skip
