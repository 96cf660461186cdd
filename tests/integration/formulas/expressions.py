"""Random expressions that are well typed, and random rows for them, blanks and odd values included."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.scope import Name
from mailuo.formulas.types import BOOLEAN, DATE, DURATION, MOMENT, NUMBER, TEXT, Kind, Type

OPTIONS = {"A": "甲", "B": "乙", "b": "丙"}
CHOICE = Type(Kind.CHOICE, OPTIONS)
COLUMNS: Mapping[str, tuple[Type, ColumnKind, int]] = {
    "n": (NUMBER, ColumnKind.DECIMAL, 4),
    "wide": (NUMBER, ColumnKind.DECIMAL, 6),
    "fee": (NUMBER, ColumnKind.MONEY, 2),
    "fine": (NUMBER, ColumnKind.MONEY, 5),
    "score": (NUMBER, ColumnKind.INTEGER, 0),
    "t": (TEXT, ColumnKind.TEXT, 0),
    "u": (TEXT, ColumnKind.TEXT, 0),
    "yes": (BOOLEAN, ColumnKind.BOOLEAN, 0),
    "day": (DATE, ColumnKind.DATE, 0),
    "end": (DATE, ColumnKind.DATE, 0),
    "at": (MOMENT, ColumnKind.MOMENT, 0),
    "to": (MOMENT, ColumnKind.MOMENT, 0),
    "long": (DURATION, ColumnKind.DURATION, 0),
    "kind": (CHOICE, ColumnKind.TEXT, 0),
    "tags": (Type(Kind.TAGS), ColumnKind.LIST, 0),
}
TEXTS = ("a", "A", "ab", "Zz 好", " x ", "é", "É", "好的", "%_", "12.5", "-7", "\t1", "😀b", "0", "x'y", "\uffffa")
NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "7",
    "10",
    "0.5",
    "0.05",
    "2.5",
    "1.005",
    "100",
    "12345.6789",
    "999999999999999",
    "0.0000000001",
)
UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


class Names:
    """A scope of exactly these columns."""

    def resolve(self, path: tuple[str, ...]) -> Name | None:
        """The column of that name."""
        return Name(path, COLUMNS[path[0]][0]) if path[0] in COLUMNS else None

    def known(self, prefix: tuple[str, ...] = ()) -> tuple[str, ...]:
        """All of them."""
        return tuple(COLUMNS)


def row(random: Random) -> dict[str, object]:
    """A value for each column; a fifth of them blank."""
    return {name: None if random.random() < 0.2 else _value(random, name) for name in COLUMNS}


def _value(random: Random, name: str) -> object:
    type_, kind, places = COLUMNS[name]
    match kind:
        case ColumnKind.DECIMAL | ColumnKind.MONEY:
            scale = Decimal(1).scaleb(-places)
            large = 10 ** random.choice((1, 3, 6, 15))
            return random.choice(
                (Decimal(0), Decimal(random.randrange(-large * 10**places + 1, large * 10**places)) * scale)
            )
        case ColumnKind.INTEGER:
            return random.randrange(-10, 11)
        case ColumnKind.BOOLEAN:
            return random.random() < 0.5
        case ColumnKind.DATE:
            return random.choice(
                (date(2024, 2, 29), date(2026, 1, 31), date(1900, 1, 1) + timedelta(days=random.randrange(200_000)))
            )
        case ColumnKind.MOMENT:
            some = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=random.randrange(-(10**16), 3 * 10**16))
            return random.choice(
                (datetime(2026, 1, 30, 23, 59, 59, 999_999, tzinfo=UTC), some, some.replace(microsecond=0))
            )
        case ColumnKind.DURATION:
            return timedelta(microseconds=random.randrange(-(10**14), 10**14))
        case ColumnKind.LIST:
            return tuple(random.sample(("a", "A", "好的", 'b","c', "b", "b\\"), random.randrange(1, 4)))
    return random.choice(tuple(OPTIONS)) if type_.kind is Kind.CHOICE else random.choice(TEXTS)


class Writer:
    """Writes expressions; `depth` bounds how far they nest."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def any(self, depth: int) -> str:
        """An expression of some kind."""
        kinds = (self.number, self.text, self.truth, self.truth, self.moment, self.day, self.length)
        return self._random.choice(kinds)(depth)

    def _one(self, *choices: str) -> str:
        return self._random.choice(choices)

    def _quoted(self, text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    def number(self, depth: int) -> str:
        """A number."""
        if depth <= 0:
            return self._one(
                "{n}", "{wide}", "{fee}", "{fine}", "{score}", self._one(*NUMBERS), f"-{self._one(*NUMBERS)}"
            )
        n, d = self.number, depth - 1
        return self._random.choice(
            (
                lambda: f"({n(d)} {self._one('+', '-', '*', '/', '%')} {n(d)})",
                lambda: f"({n(d)} {self._one('+', '-', '*', '/', '%')} {n(d)})",
                lambda: f"-({n(d)})",
                lambda: f"ABS({n(d)})",
                lambda: f"ROUND({n(d)}, {self._one('0', '2', '-1', '3', '{score}')})",
                lambda: f"ROUND({n(d)})",
                lambda: f"{self._one('MIN', 'MAX')}({n(d)}, {n(d)}, {n(d)})",
                lambda: f"NUMBER({self.text(d)})",
                lambda: f"NUMBER({self.truth(d)})",
                lambda: f"LEN({self.text(d)})",
                lambda: f"HOURS({self.moment(d)}, {self.moment(d)})",
                lambda: f"DAYS({self.moment(d)}, {self.moment(d)})",
                lambda: f"DAYS({self.day(d)}, {self.day(d)})",
                lambda: (
                    f"WORKHOURS({self.moment(d)}, {self.moment(d)}{self._one('', chr(44) + chr(34) + 'lab' + chr(34))})"
                ),
                lambda: (
                    f"{self._one('YEAR', 'MONTH', 'DAY', 'WEEKDAY')}({self._random.choice((self.moment, self.day))(d)})"
                ),
                lambda: f"{self._one('HOUR', 'MINUTE')}({self.moment(d)})",
                lambda: f"({self.length(d)} / {self.length(d)})",
                lambda: self._chosen(n, d),
            )
        )()

    def _chosen(self, of: "object", depth: int) -> str:
        assert callable(of)
        return self._random.choice(
            (
                lambda: f"IF({self.truth(depth)}, {of(depth)}, {of(depth)})",
                lambda: f"IF({self.truth(depth)}, {of(depth)})",
                lambda: f'IF({self.truth(depth)}, {of(depth)}, "")',
                lambda: f"IFS({self.truth(depth)}, {of(depth)}, {self.truth(depth)}, {of(depth)})",
                lambda: f'SWITCH({{kind}}, "甲", {of(depth)}, "B", {of(depth)}, {of(depth)})',
                lambda: f"SWITCH({self.number(depth)}, {self.number(depth)}, {of(depth)})",
                lambda: f"COALESCE({of(depth)}, {of(depth)})",
            )
        )()

    def text(self, depth: int) -> str:
        """A text."""
        if depth <= 0:
            return self._one("{t}", "{u}", "{t}", self._quoted(self._one(*TEXTS)))
        t, d = self.text, depth - 1
        return self._random.choice(
            (
                lambda: f"({self.any(d)} & {self.any(d)} & {t(d)})",
                lambda: f"({t(d)} & {self.number(d)} & {{kind}})",
                lambda: f"{self._one('LEFT', 'RIGHT')}({t(d)}, {self.number(d)})",
                lambda: f"MID({t(d)}, {self._one('1', '2', self.number(0))}, {self.number(0)})",
                lambda: f"{self._one('LOWER', 'UPPER', 'TRIM')}({t(d)})",
                lambda: f"TEXT({self.any(d)})",
                lambda: f"TEXT({self.number(d)}, {self._quoted(self._one('0', '0.00', '#,##0.0', '0%', '#,##0.00%'))})",
                lambda: (
                    f"TEXT({self.moment(d)}, {self._quoted(self._one('yyyy-MM-dd HH:mm', 'MM月dd日', 'HH:mm:ss', 'yyyy'))})"
                ),
                lambda: f"TEXT({self.day(d)}, {self._quoted(self._one('yyyy/MM/dd', 'MM月dd日'))})",
                lambda: f"{self._one('MIN', 'MAX')}({t(d)}, {t(d)})",
                lambda: self._chosen(t, d),
            )
        )()

    def truth(self, depth: int) -> str:
        """A condition."""
        if depth <= 0:
            return self._one(
                "{yes}",
                "TRUE",
                "FALSE",
                "{yes}",
                '({kind} = "乙")',
                "({n} > 2.5)",
                "({fee} <= 0.5)",
                "({score} = 3)",
                "({day} > TODAY())",
            )
        b, d = self.truth, depth - 1
        sign = self._one("=", "<>", "<", "<=", ">", ">=")
        return self._random.choice(
            (
                lambda: f"{self._one('AND', 'OR')}({b(d)}, {b(d)}, {b(d)})",
                lambda: f"NOT({b(d)})",
                lambda: f"({self.number(d)} {sign} {self.number(d)})",
                lambda: f"({self.number(0)} {sign} {self.number(0)})",
                lambda: f"({self.text(d)} {sign} {self.text(d)})",
                lambda: f"({self.text(0)} {sign} {self.text(0)})",
                lambda: f"({self.moment(d)} {sign} {self.moment(d)})",
                lambda: f'({{at}} {sign} "2026-03-01T08:30")',
                lambda: f"({self.day(d)} {sign} {self.day(d)})",
                lambda: f"({self.length(d)} {sign} {self.length(d)})",
                lambda: f'({{kind}} {self._one("=", "<>")} "{self._one("甲", "B", "b")}")',
                lambda: f"({b(d)} {self._one('=', '<>')} {b(d)})",
                lambda: f"({{kind}} {sign} {{t}})",
                lambda: f"IN({self.number(0)}, {self.number(0)}, 2.5, {self.number(d)})",
                lambda: 'IN({kind}, "甲", "b")',
                lambda: f"IN({self.text(d)}, {self.text(0)}, {self.text(d)})",
                lambda: f"ISBLANK({self.any(d)})",
                lambda: f"HAS({{tags}}, {self.text(0)})",
                lambda: f"{self._one('CONTAINS', 'STARTSWITH')}({self.text(d)}, {self.text(0)})",
                lambda: self._chosen(b, d),
            )
        )()

    def moment(self, depth: int) -> str:
        """A moment."""
        if depth <= 0:
            return self._one("{at}", "{to}", "NOW()", 'DATETIME("2026-01-31T23:30")', 'DATETIME("2024-02-29T12:00Z")')
        d = depth - 1
        return self._random.choice(
            (
                lambda: f'DATEADD({self.moment(d)}, {self.number(d)}, "{self._one(*UNITS)}")',
                lambda: (
                    f'DATEADD({self.moment(d)}, {self._one("1", "-1", "13", "0.5", "{score}")}, "{self._one(*UNITS)}")'
                ),
                lambda: f"({self.moment(d)} {self._one('+', '-')} {self.length(d)})",
                lambda: f"{self._one('MIN', 'MAX')}({self.moment(d)}, {self.moment(d)})",
                lambda: self._chosen(self.moment, d),
            )
        )()

    def day(self, depth: int) -> str:
        """A date."""
        if depth <= 0:
            return self._one("{day}", "{end}", "TODAY()", 'DATE("2026-01-31")')
        d = depth - 1
        return self._random.choice(
            (
                lambda: f"DATE({self.moment(d)})",
                lambda: (
                    f'DATEADD({self.day(d)}, {self._one("1", "-13", "{score}", self.number(d))}, "{self._one(*UNITS[:4])}")'
                ),
                lambda: f"{self._one('MIN', 'MAX')}({self.day(d)}, {self.day(d)})",
                lambda: self._chosen(self.day, d),
            )
        )()

    def length(self, depth: int) -> str:
        """A duration."""
        if depth <= 0:
            return self._one("{long}", "({at} - {to})")
        d = depth - 1
        return self._random.choice(
            (
                lambda: f"({self.moment(d)} - {self.moment(d)})",
                lambda: f"({self.length(d)} {self._one('+', '-')} {self.length(d)})",
                lambda: f"({self.length(d)} {self._one('*', '/')} {self.number(d)})",
                lambda: self._chosen(self.length, d),
            )
        )()
