"""Key patterns: `{kind}{asked_at:%Y%m%d}-{seq:05}` taken apart, put together, and read back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

SEQ = "seq"
_MOST_DIGITS = 15
UNITS = ("day", "month", "year")
"""What a counter may be restarted by besides fields: a stretch of the pattern's date field."""

_GAP = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_DATE_FORMAT = re.compile(r"(?:%[YymdHj]|[^%])+", re.ASCII)
_DIGITS = re.compile(r"0?([1-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a pattern: a literal text, a field (of dates with a format), or the running number."""

    text: str = ""
    field: str | None = None
    format: str | None = None
    digits: int = 0

    @property
    def is_number(self) -> bool:
        """Whether this is the running number."""
        return self.digits > 0


@dataclass(frozen=True)
class KeyPattern:
    """A pattern taken apart."""

    pieces: tuple[Piece, ...]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields it is made from, each once."""
        return tuple(dict.fromkeys(piece.field for piece in self.pieces if piece.field))

    @cached_property
    def date_field(self) -> str | None:
        """The field whose day counts, if there is one."""
        return next((piece.field for piece in self.pieces if piece.field and piece.format), None)

    @cached_property
    def counts(self) -> bool:
        """Whether the pattern holds a running number."""
        return any(piece.is_number for piece in self.pieces)

    @cached_property
    def digits(self) -> int:
        """How many digits the running number has at least; 0 where there is none."""
        return sum(piece.digits for piece in self.pieces)

    def around(self, texts: Mapping[str, str], days: Mapping[str, date]) -> tuple[str, str]:
        """What stands before and after the running number."""
        place = next(place for place, piece in enumerate(self.pieces) if piece.is_number)
        sides = self.pieces[:place], self.pieces[place + 1 :]
        before, after = ("".join([_rendered(piece, texts, days, 0) for piece in side]) for side in sides)
        return before, after

    def render(self, texts: Mapping[str, str], days: Mapping[str, date], number: int) -> str:
        """The key for these texts of fields, local days of date fields, and running number; the number may outgrow its digits."""
        return "".join(_rendered(piece, texts, days, number) for piece in self.pieces)

    def number_in(self, key: str, texts: Mapping[str, str], days: Mapping[str, date]) -> int | None:
        """The running number of a key that fits the pattern with these values, or None."""
        if not self.counts:
            return None
        before, after = self.around(texts, days)
        if not (key.startswith(before) and key.endswith(after)):
            return None
        digits = key[len(before) : len(key) - len(after)]
        fits = digits.isascii() and digits.isdigit() and self.digits <= len(digits) <= _MOST_DIGITS
        return int(digits) if fits else None


def _rendered(piece: Piece, texts: Mapping[str, str], days: Mapping[str, date], number: int) -> str:
    if piece.is_number:
        return f"{number:0{piece.digits}}"
    if piece.field is None:
        return piece.text
    return written(days[piece.field], piece.format) if piece.format else texts[piece.field]


@lru_cache(1000)
def written(day: date, format_: str) -> str:
    """A day as a format says it; the same few, key by key."""
    return f"{day:{format_}}"


@dataclass(frozen=True, slots=True)
class BadPattern:
    """Why a text is no pattern, in both languages."""

    zh: str
    en: str


def parse_pattern(text: str) -> KeyPattern | BadPattern:
    """The pattern taken apart; that its fields exist is for the caller to check."""
    pieces: list[Piece] = []
    end = 0
    for gap in _GAP.finditer(text):
        if gap.start() > end:
            pieces.append(Piece(text[end : gap.start()]))
        piece = _piece(gap[1].strip(), gap[2])
        if isinstance(piece, BadPattern):
            return piece
        pieces.append(piece)
        end = gap.end()
    if end < len(text):
        pieces.append(Piece(text[end:]))
    return _checked(pieces)


def _piece(name: str, format_: str | None) -> Piece | BadPattern:
    if name == SEQ:
        digits = _DIGITS.fullmatch(format_ or "1")
        return (
            Piece(digits=int(digits[1]))
            if digits
            else BadPattern("{seq:05} 里写 1 到 9 位", "write 1 to 9 digits, as in {seq:05}")
        )
    if format_ is not None and not _DATE_FORMAT.fullmatch(format_):
        return BadPattern("日期格式只能用 %Y %y %m %d %H %j", "the format of a date holds %Y %y %m %d %H %j only")
    return Piece(field=name, format=format_)


def _checked(pieces: Sequence[Piece]) -> KeyPattern | BadPattern:
    if any(brace in piece.text for piece in pieces for brace in "{}"):
        return BadPattern("花括号不成对", "a brace has no partner")
    if sum(piece.is_number for piece in pieces) > 1:
        return BadPattern("{seq} 只能出现一次", "{seq} may stand only once")
    if not any(piece.field or piece.is_number for piece in pieces):
        return BadPattern("至少要有一个字段或 {seq}", "it needs a field or {seq}")
    return KeyPattern(tuple(pieces))
