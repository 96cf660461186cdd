"""Arithmetic: exact, each result rounded once; what has no answer is blank."""

import re
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from mailuo.base.moments import MICROSECOND
from mailuo.formulas import messages
from mailuo.formulas.code import Code, code, let
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, plainly, said
from mailuo.formulas.numbers import EXACT, rounded
from mailuo.formulas.postgres import Builder, exact, length, quotient, within_moments
from mailuo.formulas.ranges import moment_or_blank, span_or_blank
from mailuo.formulas.tree import Call
from mailuo.formulas.types import DURATION, MOMENT, Kind, Type
from mailuo.formulas.types import NUMBER as NUMBER_TYPE

_N, _M, _L = Kind.NUMBER, Kind.MOMENT, Kind.DURATION
_SUMS = {(_N, _N): NUMBER_TYPE, (_L, _L): DURATION, (_M, _L): MOMENT, (_L, _M): MOMENT}
_DIFFERENCES = {(_N, _N): NUMBER_TYPE, (_L, _L): DURATION, (_M, _L): MOMENT, (_M, _M): DURATION}
_PRODUCTS = {(_N, _N): NUMBER_TYPE, (_L, _N): DURATION, (_N, _L): DURATION}
_QUOTIENTS = {(_N, _N): NUMBER_TYPE, (_L, _N): DURATION, (_L, _L): NUMBER_TYPE}
_REMAINDERS = {(_N, _N): NUMBER_TYPE}
_PLAIN = re.compile(r" *[+-]?[0-9]{1,15}([.][0-9]{1,20})? *", re.ASCII)
_PLAIN_SQL = "^ *[+-]?[0-9]{1,15}([.][0-9]{1,20})? *$"
_FURTHEST = 30


def _between(table: dict[tuple[Kind, Kind], Type], asked: Asked) -> Type:
    """The type of what stands between two values, by the kinds of both; a blank counts as what fits."""
    kinds = (asked.args[0].type.kind, asked.args[1].type.kind)
    for (left, right), result in table.items():
        if kinds[0] in (left, Kind.BLANK) and kinds[1] in (right, Kind.BLANK):
            return result
    raise asked.wrong(messages.NOT_TOGETHER, **said("left", kinds[0]), **said("right", kinds[1]))


def _number(value: object) -> Decimal:
    assert isinstance(value, Decimal)
    return value


def _plus(context: Context, left: object, right: object) -> object:
    if isinstance(left, datetime):
        left, right = right, left
    if isinstance(left, timedelta):
        if isinstance(right, datetime):
            return moment_or_blank(right, left)
        assert isinstance(right, timedelta)
        return span_or_blank(left // MICROSECOND + right // MICROSECOND)
    return rounded(EXACT.add(_number(left), _number(right)))


def _less(context: Context, left: object, right: object) -> object:
    if isinstance(right, datetime):
        assert isinstance(left, datetime)
        return left - right
    if isinstance(right, timedelta):
        return _plus(context, left, -right)
    return rounded(EXACT.subtract(_number(left), _number(right)))


def _times(context: Context, left: object, right: object) -> object:
    if isinstance(left, timedelta):
        left, right = right, left
    if isinstance(right, timedelta):
        return _span(EXACT.multiply(Decimal(right // MICROSECOND), _number(left)))
    return rounded(EXACT.multiply(_number(left), _number(right)))


def _divided(context: Context, left: object, right: object) -> object:
    if not right:
        return None
    if isinstance(left, timedelta):
        above = Decimal(left // MICROSECOND)
        if isinstance(right, timedelta):
            return rounded(EXACT.divide(above, Decimal(right // MICROSECOND)))
        return _span(EXACT.divide(above, _number(right)))
    return rounded(EXACT.divide(_number(left), _number(right)))


def _span(micros: Decimal) -> timedelta | None:
    return span_or_blank(int(micros.to_integral_value(ROUND_HALF_UP)))


def _modulo(context: Context, left: Decimal, right: Decimal) -> Decimal | None:
    if not right:
        return None
    below = EXACT.divide(left, right).to_integral_value(ROUND_FLOOR)
    return rounded(EXACT.subtract(left, EXACT.multiply(below, right)))


def _round(context: Context, value: Decimal, places: Decimal = Decimal(0)) -> Decimal | None:
    wanted = max(min(int(places), 10), -_FURTHEST)
    found = value.quantize(Decimal(1).scaleb(-wanted), rounding=ROUND_HALF_UP, context=EXACT)
    return rounded(found)


def _to_number(context: Context, value: object) -> Decimal | None:
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, str):
        return rounded(Decimal(value.strip(" "))) if _PLAIN.fullmatch(value) else None
    return _number(value)


def _pg_plus(sql: Builder, call: Call, left: Code, right: Code) -> Code:
    return _summed(call, code(left, " + ", right), left, right, "+")


def _pg_less(sql: Builder, call: Call, left: Code, right: Code) -> Code:
    return _summed(call, code(left, " - ", right), left, right, "-")


def _summed(call: Call, sum_: Code, left: Code, right: Code, sign: str) -> Code:
    if call.type.kind is _N:
        return exact(sum_)
    wide = code("(", left, f")::numeric {sign} (", right, ")")
    return within_moments(wide) if call.type.kind is _M else length(wide)


def _pg_times(sql: Builder, call: Call, left: Code, right: Code) -> Code:
    if call.type.kind is _N:
        return exact(code(left, " * ", right))
    return length(code("round((", left, ")::numeric * (", right, ")::numeric)"))


def _pg_divided(sql: Builder, call: Call, left: Code, right: Code) -> Code:
    found = quotient(code("(", left, ")::numeric"), code("nullif((", right, ")::numeric, 0)"))
    return exact(found) if call.type.kind is _N else length(code("round(", found, ")"))


def _pg_modulo(sql: Builder, call: Call, left: Code, right: Code) -> Code:
    def floored(a: Code, b: Code) -> Code:
        return code("mod(mod(", a, ", nullif(", b, ", 0)) + ", b, ", nullif(", b, ", 0))")

    return exact(let(floored, left, right))


def _pg_round(sql: Builder, call: Call, value: Code, places: Code | None = None) -> Code:
    if places is None:
        return exact(code("round(", value, ", 0)"))

    def clamped(given: Code) -> Code:
        return code(
            "CASE WHEN ", given, " IS NOT NULL THEN greatest(least(trunc(", given, f"), 10), -{_FURTHEST})::integer END"
        )

    return exact(code("round(", value, ", ", let(clamped, places), ")"))


def _pg_number(sql: Builder, call: Call, value: Code) -> Code:
    match call.args[0].type.kind:
        case Kind.BOOLEAN:
            return code("(", value, ")::integer::numeric")
        case Kind.NUMBER:
            return value
        case Kind.BLANK:
            return sql.blank(NUMBER_TYPE)

    def read(given: Code) -> Code:
        return code("CASE WHEN ", given, " ~ ", sql.text(_PLAIN_SQL), " THEN btrim(", given, ", ' ')::numeric END")

    return exact(let(read, value))


_ANY = (Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN, Kind.CHOICE, Kind.LINK)

PLUS = Function(
    "+", "a + b", "相加；时间加时长得时间", "the sum; a moment and a duration give a moment",
    lambda asked: _between(_SUMS, asked), _plus, _pg_plus,
)  # fmt: skip
LESS = Function(
    "-", "a - b", "相减；时间减时间得时长", "the difference; two moments give a duration",
    lambda asked: _between(_DIFFERENCES, asked), _less, _pg_less,
)  # fmt: skip
TIMES = Function(
    "*", "a * b", "相乘", "the product", lambda asked: _between(_PRODUCTS, asked), _times, _pg_times
)  # fmt: skip
DIVIDED = Function(
    "/", "a / b", "相除（7 / 2 = 3.5）；除以零为空", "the quotient (7 / 2 = 3.5); blank for division by zero",
    lambda asked: _between(_QUOTIENTS, asked), _divided, _pg_divided,
)  # fmt: skip
MODULO = Function(
    "%", "a % b", "余数，符号随除数（-7 % 3 = 2）", "the remainder, with the sign of the divisor (-7 % 3 = 2)",
    lambda asked: _between(_REMAINDERS, asked), _modulo, _pg_modulo,
)  # fmt: skip
NEGATIVE = Function(
    "negative", "-a", "相反数", "the opposite", plainly(NUMBER_TYPE, (_N,)),
    lambda context, value: -value + 0, lambda sql, call, value: code("- (", value, ")"),
)  # fmt: skip
POSITIVE = Function(
    "positive", "+a", "本身", "the same", plainly(NUMBER_TYPE, (_N,)),
    lambda context, value: value, lambda sql, call, value: value,
)  # fmt: skip
ABS = Function(
    "ABS", "ABS(x)", "绝对值", "the number without its sign", plainly(NUMBER_TYPE, (_N,)),
    lambda context, value: abs(value), lambda sql, call, value: code("abs(", value, ")"),
)  # fmt: skip
ROUND = Function(
    "ROUND", "ROUND(x, places?)", "四舍五入到几位小数，不写为整数；逢五远离零", "rounded to so many places, to a whole number without; halves go away from zero",
    plainly(NUMBER_TYPE, (_N,), (_N,), optional=1), _round, _pg_round,
)  # fmt: skip
NUMBER = Function(
    "NUMBER", "NUMBER(x)", "文字或是否变成数字；读不懂为空", "the number that a text says, 1 or 0 for yes or no; blank where it says none",
    plainly(NUMBER_TYPE, _ANY), _to_number, _pg_number,
)  # fmt: skip
