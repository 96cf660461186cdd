"""Which types widen into which, and what becomes of the values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from mailuo.storage.conversion import conversion_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("old", "new", "value", "becomes"),
    [
        ("rating:integer:0", "number:decimal:4", 4, Decimal(4)),
        ("money:money:2", "money:money:4", Decimal("19.90"), Decimal("19.90")),
        ("money:money:2", "number:decimal:4", Decimal("19.90"), Decimal("19.90")),
        ("date:date:0", "datetime:moment:0", date(2026, 1, 15), datetime(2026, 1, 14, 16, tzinfo=UTC)),
        ("choice:text:0", "choices:list:0", "A", ("A",)),
    ],
)
def test_a_wider_type_keeps_every_value(old: str, new: str, value: object, becomes: object) -> None:
    convert = conversion_of(old, new)
    assert convert is not None
    assert convert(value, SHANGHAI) == becomes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("money:money:4", "money:money:2"),
        ("datetime:moment:0", "date:date:0"),
        ("text:text:0", "number:decimal:4"),
        ("number:decimal:4", "rating:integer:0"),
        ("choices:list:0", "choice:text:0"),
        ("formula::0", "text:text:0"),
    ],
)
def test_what_could_lose_something_is_no_conversion(old: str, new: str) -> None:
    assert conversion_of(old, new) is None
