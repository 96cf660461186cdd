"""Writing: values as texts, plainly or by a pattern."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from mailuo.base.moments import MICROSECOND, format_duration
from mailuo.formulas import messages
from mailuo.formulas.adapting import literal_text
from mailuo.formulas.code import Code, code, let
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, said
from mailuo.formulas.numbers import EXACT, plain
from mailuo.formulas.postgres import Builder, local, text
from mailuo.formulas.ranges import local as wall_clock
from mailuo.formulas.tree import Call, Constant
from mailuo.formulas.types import TEXT as TEXT_TYPE
from mailuo.formulas.types import TEXTS, Kind, Type

WRITABLE = TEXTS | {Kind.NUMBER, Kind.BOOLEAN, Kind.DATE, Kind.MOMENT, Kind.DURATION}
"""The kinds that have a text."""
_NUMBER = re.compile(r"(#,##)?0(?:\.(0{1,10}))?(%)?", re.ASCII)
_TOKEN = re.compile(r"yyyy|MM|dd|HH|mm|ss|[^A-Za-z]", re.ASCII)
_DAY_TOKENS = {"yyyy": "YYYY", "MM": "MM", "dd": "DD"}
_TOKENS = {**_DAY_TOKENS, "HH": "HH24", "mm": "MI", "ss": "SS"}
_PLAIN_MOMENT = "yyyy-MM-dd HH:mm"
_LONGEST_PATTERN = 60
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def written(context: Context, value: object) -> str:
    """A value that is not blank, as a text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return _moment(context, value, _PLAIN_MOMENT) or ""
    if isinstance(value, timedelta):
        seconds = abs(value // MICROSECOND) // 1_000_000
        sign = "-" if value < timedelta(0) and seconds else ""
        return sign + format_duration(timedelta(seconds=seconds))
    assert isinstance(value, date)
    return value.isoformat()


def _moment(context: Context, value: datetime, pattern: str) -> str | None:
    clock = wall_clock(value, context.zone)
    return None if clock is None else _day(clock, pattern)


def _day(value: date, pattern: str) -> str:
    parts = {"yyyy": f"{value.year:04}", "MM": f"{value.month:02}", "dd": f"{value.day:02}"}
    if isinstance(value, datetime):
        parts |= {"HH": f"{value.hour:02}", "mm": f"{value.minute:02}", "ss": f"{value.second:02}"}
    return "".join(parts.get(token, token) for token in tokens(pattern))


@lru_cache(maxsize=1_000)
def tokens(pattern: str) -> tuple[str, ...]:
    """The parts of a pattern for moments."""
    return tuple(_TOKEN.findall(pattern))


def _text(context: Context, value: object, pattern: str | None = None) -> str | None:
    if pattern is None:
        return written(context, value) or None
    if isinstance(value, Decimal):
        return _number(value, pattern)
    if isinstance(value, datetime):
        return _moment(context, value, pattern)
    assert isinstance(value, date)
    return _day(value, pattern)


def _number(value: Decimal, pattern: str) -> str:
    match = _NUMBER.fullmatch(pattern)
    assert match
    scaled = EXACT.multiply(value, Decimal(100)) if match[3] else value
    found = scaled.quantize(Decimal(1).scaleb(-len(match[2] or "")), rounding=ROUND_HALF_UP, context=EXACT) + 0
    return (f"{found:,f}" if match[1] else f"{found:f}") + (match[3] or "")


def text_code(sql: Builder, type_: Type, value: Code) -> Code:
    """A value as a text in PostgreSQL."""
    match type_.kind:
        case Kind.NUMBER:
            return code("trim_scale(", value, ")::text")
        case Kind.BOOLEAN:
            return code("upper((", value, ")::text)")
        case Kind.DATE:
            return code("to_char(", value, ", 'YYYY-MM-DD')")
        case Kind.MOMENT:
            return code("to_char(", local(sql, value), ", 'YYYY-MM-DD HH24:MI')")
        case Kind.DURATION:
            return let(_duration, value)
    return value


def _duration(value: Code) -> Code:
    seconds = code("(abs(", value, ") / 1000000)")
    parts: list[str | Code] = [
        "CASE WHEN ",
        value,
        " IS NULL THEN NULL WHEN ",
        seconds,
        " = 0 THEN '0s' ELSE concat(CASE WHEN ",
        value,
        " < 0 THEN '-' END",
    ]
    above = 10**15
    for size, unit in _UNITS:
        count = code("mod(", seconds, f", {above}::bigint) / {size}")
        parts += [", CASE WHEN ", count, " > 0 THEN concat(", count, f", '{unit}') END"]
        above = size
    return code(*parts, ") END")


def _pg_text(sql: Builder, call: Call, value: Code, pattern: Code | None = None) -> Code:
    given = call.args[1] if len(call.args) > 1 else None
    kind = call.args[0].type.kind
    if not isinstance(given, Constant):
        return text(text_code(sql, call.args[0].type, value))
    wanted = str(given.value)
    if kind is Kind.NUMBER:
        return _pg_number(value, wanted)
    shown = local(sql, value) if kind is Kind.MOMENT else code("(", value, ")::timestamp")
    return code("to_char(", shown, ", ", sql.text(_pg_pattern(wanted)), ")")


def _pg_pattern(pattern: str) -> str:
    return "".join(_TOKENS.get(token) or f'"{_escaped(token)}"' for token in tokens(pattern))


def _escaped(sign: str) -> str:
    return "\\" + sign if sign in '"\\' else sign


def _pg_number(value: Code, pattern: str) -> Code:
    match = _NUMBER.fullmatch(pattern)
    assert match
    places = len(match[2] or "")
    digits = ("999," * 6 + "990" if match[1] else "9" * 20 + "0") + ("." + "0" * places if places else "")
    scaled = code("(", value, ") * 100") if match[3] else value
    shown = code("to_char(round(", scaled, f", {places}), 'FM{digits}')")
    return code(shown, " || chr(37)") if match[3] else shown


def _check(asked: Asked) -> Type:
    asked.count(1, 2)
    kind = asked.args[0].type.kind
    if kind is Kind.BLANK:
        asked.args[0] = Constant(None, TEXT_TYPE)
    elif kind not in WRITABLE:
        raise asked.wrong(messages.WANTED, 0, **said("wanted", Kind.NUMBER), **said("found", kind))
    if len(asked.args) > 1:
        pattern = literal_text(asked, 1, "格式", "the pattern")
        if not _fits(pattern, kind):
            raise asked.wrong(messages.NOT_PATTERN, 1, found=pattern[:40])
        asked.args[1] = Constant(pattern, TEXT_TYPE)
    return TEXT_TYPE


def _fits(pattern: str, kind: Kind) -> bool:
    if len(pattern) > _LONGEST_PATTERN:
        return False
    if kind is Kind.NUMBER:
        return _NUMBER.fullmatch(pattern) is not None
    found, known = tokens(pattern), _DAY_TOKENS if kind is Kind.DATE else _TOKENS
    whole = "".join(found) == pattern and any(token in known for token in found)
    return whole and kind in (Kind.DATE, Kind.MOMENT) and all(token in known or token not in _TOKENS for token in found)


TEXT = Function(
    "TEXT", 'TEXT(x, "pattern"?)', '写成文字；格式如 "0.00"、"#,##0"、"0%"、"yyyy-MM-dd HH:mm"',
    'the value as a text; patterns such as "0.00", "#,##0", "0%", "yyyy-MM-dd HH:mm"', _check, _text, _pg_text,
)  # fmt: skip
