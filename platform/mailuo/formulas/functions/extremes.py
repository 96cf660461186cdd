"""The least and the greatest of several values; blanks among them do not count."""

from collections.abc import Callable
from typing import Any

from mailuo.formulas import messages
from mailuo.formulas.adapting import alike
from mailuo.formulas.code import Code, code, listed
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, said
from mailuo.formulas.postgres import Builder
from mailuo.formulas.tree import Call
from mailuo.formulas.types import TEXTS, Kind, Type


def _check(asked: Asked) -> Type:
    asked.count(1)
    result = alike(asked, range(len(asked.args)))
    if result.kind is Kind.BOOLEAN:
        raise asked.wrong(messages.WANTED, 0, **said("wanted", Kind.NUMBER), **said("found", result.kind))
    return result


def _extreme(name: str, zh: str, en: str, choose: Callable[..., Any], function: str) -> Function:
    def python(context: Context, *values: object) -> object:
        return choose((value for value in values if value is not None), default=None)

    def postgres(sql: Builder, call: Call, *values: Code) -> Code:
        given = [code("(", value, ') COLLATE "C"') for value in values] if call.type.kind in TEXTS else list(values)
        return code(f"{function}(", listed(given), ")")

    return Function(name, f"{name}(a, b, …)", zh, en, _check, python, postgres, minds_blanks=True)


MIN = _extreme("MIN", "最小或最早的，空的不算", "the least or earliest; blanks do not count", min, "least")
MAX = _extreme("MAX", "最大或最晚的，空的不算", "the greatest or latest; blanks do not count", max, "greatest")
