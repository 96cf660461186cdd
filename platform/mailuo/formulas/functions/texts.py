"""Texts: counted in characters; the empty text is blank, and no result is longer than the limit."""

from decimal import Decimal

from mailuo.formulas import messages
from mailuo.formulas.code import Code, code, listed
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, plainly, said
from mailuo.formulas.functions.writing import WRITABLE, text_code, written
from mailuo.formulas.postgres import Builder, text, whole
from mailuo.formulas.tree import Call, Constant
from mailuo.formulas.types import BOOLEAN, NUMBER, TEXT, Kind, Type

LONGEST = 100_000
_BLANKS = " \t\r\n\u3000"
_T, _N = (Kind.TEXT, Kind.CHOICE, Kind.LINK), (Kind.NUMBER,)
_ASCII_LOWER = {code_: code_ + 32 for code_ in range(ord("A"), ord("Z") + 1)}
_ASCII_UPPER = {code_: code_ - 32 for code_ in range(ord("a"), ord("z") + 1)}


def _count(value: Decimal) -> int:
    return min(max(int(value), 0), LONGEST)


def _left(context: Context, value: str, count: Decimal) -> str | None:
    return value[: _count(count)] or None


def _right(context: Context, value: str, count: Decimal) -> str | None:
    wanted = _count(count)
    return value[-wanted:] if wanted else None


def _mid(context: Context, value: str, start: Decimal, count: Decimal) -> str | None:
    first = max(_count(start), 1) - 1
    return value[first : first + _count(count)] or None


def _pg_mid(sql: Builder, call: Call, value: Code, start: Code, count: Code) -> Code:
    return text(code("substr(", value, ", ", whole(start, 1, LONGEST), ", ", whole(count, 0, LONGEST), ")"))


def _pg_left(sql: Builder, call: Call, value: Code, count: Code) -> Code:
    return text(code("left(", value, ", ", whole(count, 0, LONGEST), ")"))


def _pg_right(sql: Builder, call: Call, value: Code, count: Code) -> Code:
    return text(code("right(", value, ", ", whole(count, 0, LONGEST), ")"))


def _pg_starts(sql: Builder, call: Call, value: Code, start: Code) -> Code:
    return code("coalesce(starts_with(", value, ", ", start, "), false)")


def _check_joined(asked: Asked) -> Type:
    for place, node in enumerate(asked.args):
        if node.type.kind is Kind.BLANK:
            asked.args[place] = Constant(None, TEXT)
        elif node.type.kind not in WRITABLE:
            raise asked.wrong(messages.WANTED, place, **said("wanted", Kind.TEXT), **said("found", node.type.kind))
    return TEXT


def _joined(context: Context, *values: object) -> str | None:
    return "".join(written(context, value) for value in values if value is not None)[:LONGEST] or None


def _pg_joined(sql: Builder, call: Call, *values: Code) -> Code:
    parts = [text_code(sql, node.type, value) for node, value in zip(call.args, values, strict=True)]
    return text(code("left(concat(", listed(parts), f"), {LONGEST})"))


JOINED = Function(
    "&", "a & b", "连成一段文字；空的不占位置", "both as one text; a blank adds nothing", _check_joined, _joined, _pg_joined,
    minds_blanks=True,
)  # fmt: skip
LEN = Function(
    "LEN", "LEN(text)", "字数", "the number of characters", plainly(NUMBER, _T),
    lambda context, value: Decimal(len(value)), lambda sql, call, value: code("char_length(", value, ")::numeric"),
)  # fmt: skip
LEFT = Function(
    "LEFT", "LEFT(text, n)", "开头 n 个字", "the first n characters", plainly(TEXT, _T, _N), _left, _pg_left
)  # fmt: skip
RIGHT = Function(
    "RIGHT", "RIGHT(text, n)", "末尾 n 个字", "the last n characters", plainly(TEXT, _T, _N), _right, _pg_right
)  # fmt: skip
MID = Function(
    "MID", "MID(text, start, n)", "从第 start 个字起的 n 个字", "n characters from the start-th on",
    plainly(TEXT, _T, _N, _N), _mid, _pg_mid,
)  # fmt: skip
CONTAINS = Function(
    "CONTAINS", "CONTAINS(text, part)", "文字里有没有这一段，区分大小写", "whether the text holds the part, upper and lower case apart",
    plainly(BOOLEAN, _T, _T), lambda context, value, part: value is not None and part is not None and part in value,
    lambda sql, call, value, part: code("coalesce(strpos(", value, ", ", part, ") > 0, false)"),
    minds_blanks=True, certain=True,
)  # fmt: skip
STARTSWITH = Function(
    "STARTSWITH", "STARTSWITH(text, start)", "文字是不是这样开头", "whether the text starts so",
    plainly(BOOLEAN, _T, _T),
    lambda context, value, start: value is not None and start is not None and value.startswith(start),
    _pg_starts, minds_blanks=True, certain=True,
)  # fmt: skip
LOWER = Function(
    "LOWER", "LOWER(text)", "A–Z 变成小写，别的字不变", "A–Z in lower case, everything else as it is", plainly(TEXT, _T),
    lambda context, value: value.translate(_ASCII_LOWER),
    lambda sql, call, value: code("lower((", value, ') COLLATE "C")'),
)  # fmt: skip
UPPER = Function(
    "UPPER", "UPPER(text)", "a–z 变成大写，别的字不变", "a–z in upper case, everything else as it is", plainly(TEXT, _T),
    lambda context, value: value.translate(_ASCII_UPPER),
    lambda sql, call, value: code("upper((", value, ') COLLATE "C")'),
)  # fmt: skip
TRIM = Function(
    "TRIM", "TRIM(text)", "去掉两头的空白", "without the blanks at both ends", plainly(TEXT, _T),
    lambda context, value: value.strip(_BLANKS) or None,
    lambda sql, call, value: text(code("btrim(", value, ", ", sql.text(_BLANKS), ")")),
)  # fmt: skip
