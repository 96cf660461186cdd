"""A scope of a few names, and the value of formulas over one record."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from mailuo.formulas import Context, Formula, evaluate, parse_formula
from mailuo.formulas.scope import Name
from mailuo.formulas.types import BOOLEAN, DATE, DURATION, MOMENT, NUMBER, TEXT, Kind, Type

CHOICE = Type(Kind.CHOICE, {"TM": "天猫", "MP": "小程序"})
NAMES = {
    "n": Name(("n",), NUMBER),
    "none": Name(("none",), NUMBER),
    "t": Name(("t",), TEXT),
    "empty": Name(("empty",), TEXT),
    "yes": Name(("yes",), BOOLEAN),
    "unsure": Name(("unsure",), BOOLEAN),
    "day": Name(("day",), DATE),
    "at": Name(("at",), MOMENT),
    "long": Name(("long",), DURATION),
    "channel": Name(("channel",), CHOICE),
    "渠道": Name(("channel",), CHOICE),
    "tags": Name(("tags",), Type(Kind.TAGS)),
    "rows": Name(("rows",), Type(Kind.LINKS, table="lines")),
    "paid": Name(("paid",), MOMENT, "node"),
    "city": Name(("customer", "city"), TEXT),
}
VALUES: dict[tuple[str, ...], object] = {
    ("n",): Decimal("7.50"),
    ("t",): "Ab好",
    ("empty",): "",
    ("yes",): True,
    ("day",): date(2024, 2, 29),
    ("at",): datetime(2026, 1, 31, 15, 30, 59, tzinfo=UTC),  # 23:30:59 in Shanghai
    ("long",): timedelta(hours=26, minutes=5),
    ("channel",): "TM",
    ("tags",): ("急", "VIP"),
    ("paid",): datetime(2026, 1, 31, 15, tzinfo=UTC),
    ("paid", "#state"): "reached",
    ("paid", "#source"): "tmall",
    ("paid", "#due"): datetime(2026, 1, 30, tzinfo=UTC),
    ("customer", "city"): "杭州",
}


class Weekdays:
    """A calendar on which every second minute counts."""

    def worked_between(self, start: datetime, end: datetime) -> timedelta:
        """Half of the span."""
        return (end - start) / 2

    def add(self, start: datetime, worked: timedelta) -> datetime | None:
        """Twice as much later."""
        return start + 2 * worked

    def stretches(self, first_year: int, last_year: int) -> tuple[list[int], list[int], list[int]]:
        """Nothing in particular."""
        return [0], [0], [0]


CONTEXT = Context(datetime(2026, 1, 15, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"), "陈工", {"half": Weekdays()}, "half")


class Names:
    """The names above; `customer.city` through a link."""

    def resolve(self, path: tuple[str, ...]) -> Name | None:
        """What a path names."""
        return NAMES.get(path[0]) if len(path) == 1 else NAMES["city"] if path == ("customer", "city") else None

    def known(self, prefix: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The names, or those behind the link."""
        return tuple(NAMES) if not prefix else ("city",)


def computed(text: str) -> object:
    """The value of a formula that must be right."""
    formula = parse_formula(text, Names())
    assert isinstance(formula, Formula), [problem.text("en") for problem in formula]
    return evaluate(formula, VALUES.get, CONTEXT)


@pytest.fixture
def value() -> Callable[[str], object]:
    """Computes a formula over the record."""
    return computed


@pytest.fixture
def scope() -> Names:
    """The names that formulas may use."""
    return Names()
