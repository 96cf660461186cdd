"""Syntax: the text of a formula as a raw tree, with the position of every part. Nothing here recurses."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

from mailuo.base.problems import Problem
from mailuo.formulas import messages
from mailuo.formulas.numbers import DIGITS, PLACES

LONGEST = 10_000
DEEPEST = 64
MOST_ARGUMENTS = 100

_GRAMMAR = r"""
?start: comparison
?comparison: joined | joined COMPARED joined -> compared
?joined: sum | sum ("&" sum)+ -> joined
?sum: product | sum ADDED product -> operated
?product: signed | product TIMES signed -> operated
?signed: atom | ADDED signed -> signed
?atom: NUMBER -> number
     | TEXT -> text
     | NAME -> name
     | WORD -> word
     | WORD "(" [comparison ("," comparison)*] ")" -> call
     | "(" comparison ")"
COMPARED: "<>" | "<=" | ">=" | "=" | "<" | ">"
ADDED: "+" | "-"
TIMES: "*" | "/" | "%"
NUMBER: /[0-9]+(\.[0-9]+)?|\.[0-9]+/
TEXT: /"(?:[^"]|"")*"|'(?:[^']|'')*'/
NAME: /\{[^{}]*\}/
WORD: /[^\W\d]\w*/
%ignore /[ \t\r\n\u00a0\u3000]+/
"""
_WIDE = {
    "（": "(", "）": ")", "，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "｛": "{", "｝": "}", "＝": "=",
    "＜": "<", "＞": ">", "＋": "+", "－": "-", "×": "*", "÷": "/", "≥": ">=", "≤": "<=", "≠": "<>", "；": ",",
}  # fmt: skip
_OTHER = {"!": "<>", "|": "OR(…)", "^": "*", ";": ","}


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text or a truth value that stands in the formula."""

    at: int
    value: Decimal | str | bool
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Named:
    """What stands in braces."""

    at: int
    text: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word, which means nothing."""

    at: int
    text: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Invoked:
    """A function or an operator with its arguments; an operator stands at its sign."""

    at: int
    name: str
    args: "tuple[Raw, ...]"
    depth: int


Raw = Literal | Named | Word | Invoked


class SyntaxProblem(Exception):
    """The text is no formula; caught by who parses."""

    def __init__(self, problem: Problem, at: int) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.at = at


def read(text: str) -> Raw:
    """The raw tree of a text; raises SyntaxProblem."""
    if len(text) > LONGEST:
        raise SyntaxProblem(messages.TOO_LONG(most=LONGEST), 0)
    if not text.strip():
        raise SyntaxProblem(messages.EMPTY(), 0)
    try:
        found = cast(Raw, _parser().parse(text))
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise SyntaxProblem(_odd(text, at), at) from None
    except UnexpectedToken as error:
        raise _unexpected(text, error.token) from None
    except UnexpectedEOF:
        raise SyntaxProblem(messages.UNFINISHED(), len(text)) from None
    if found.depth > DEEPEST:
        raise SyntaxProblem(messages.TOO_DEEP(most=DEEPEST), 0)
    return found


def _unexpected(text: str, token: Token) -> SyntaxProblem:
    at = token.start_pos
    if token.type == "$END" or at is None:
        return SyntaxProblem(messages.UNFINISHED(), len(text))
    return SyntaxProblem(messages.UNEXPECTED(found=_short(str(token))), at)


def _odd(text: str, at: int) -> Problem:
    sign = text[at]
    if sign in "\"'":
        return messages.UNCLOSED_TEXT(found=_short(text[at:]))
    if sign == "{":
        return messages.UNCLOSED_NAME(found=_short(text[at:]))
    if sign in _WIDE:
        return messages.WIDE_SIGN(found=sign, plain=_WIDE[sign])
    if sign in _OTHER:
        return messages.OTHER_SIGN(
            found=text[at : at + 2] if text[at : at + 2] in ("!=", "||") else sign, plain=_OTHER[sign]
        )
    return messages.UNEXPECTED(found=sign)


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", transformer=_Builder())


@v_args(inline=True)
class _Builder(Transformer[Token, Raw]):
    """Builds the raw tree from below, while the text is parsed."""

    def number(self, token: Token) -> Raw:
        """A number as written, if it is not too long."""
        whole, _, rest = str(token).partition(".")
        if len(whole.lstrip("0")) > DIGITS or len(rest) > PLACES:
            raise SyntaxProblem(messages.NUMBER_TOO_LONG(found=_short(str(token))), _at(token))
        return Literal(_at(token), Decimal(str(token)))

    def text(self, token: Token) -> Raw:
        """A text without its quotation marks; doubled ones inside stand for one."""
        quote = token[0]
        return Literal(_at(token), str(token[1:-1]).replace(quote * 2, quote))

    def name(self, token: Token) -> Raw:
        """What stands between the braces."""
        return Named(_at(token), str(token[1:-1]).strip())

    def word(self, token: Token) -> Raw:
        """TRUE, FALSE, or a word that means nothing."""
        truth = {"TRUE": True, "FALSE": False}.get(token.upper())
        return Word(_at(token), str(token)) if truth is None else Literal(_at(token), truth)

    def call(self, token: Token, *args: Raw | None) -> Raw:
        """A function with its arguments."""
        given = tuple(arg for arg in args if arg is not None)
        return _invoked(_at(token), token.upper(), given)

    def signed(self, sign: Token, operand: Raw) -> Raw:
        """A sign before a value."""
        if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return Literal(_at(sign), -operand.value if sign == "-" else operand.value)
        return _invoked(_at(sign), "negative" if sign == "-" else "positive", (operand,))

    def operated(self, left: Raw, sign: Token, right: Raw) -> Raw:
        """Two values with an operator between them."""
        return _invoked(_at(sign), str(sign), (left, right))

    compared = operated

    def joined(self, *parts: Raw) -> Raw:
        """Values joined to one text."""
        return _invoked(parts[0].at, "&", parts)


def _at(token: Token) -> int:
    return token.start_pos or 0


def _invoked(at: int, name: str, args: tuple[Raw, ...]) -> Raw:
    if len(args) > MOST_ARGUMENTS:
        raise SyntaxProblem(messages.TOO_MANY_ARGUMENTS(found=name, most=MOST_ARGUMENTS), at)
    return Invoked(at, name, args, 1 + max((arg.depth for arg in args), default=0))
