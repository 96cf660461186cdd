"""Grains: what the number of a month or quarter says, and which formula asks for it."""

from datetime import date
from decimal import Decimal

import pytest

from mailuo.analytics.grain import GRAINS, formula_of


@pytest.mark.parametrize(
    ("grain", "given", "shown"),
    [
        ("hour_of_day", Decimal(9), 9),
        ("weekday", Decimal(1), 1),
        ("day", date(2026, 1, 15), "2026-01-15"),
        ("week", date(2026, 1, 12), "2026-01-12"),
        ("month", Decimal(2026 * 12), "2026-01-01"),
        ("month", Decimal(2026 * 12 + 11), "2026-12-01"),
        ("quarter", Decimal(2026 * 4), "2026-01-01"),
        ("quarter", Decimal(2026 * 4 + 3), "2026-10-01"),
    ],
)
def test_what_a_formula_gives_becomes_the_first_day_or_a_number(grain: str, given: object, shown: object) -> None:
    assert GRAINS[grain].shown(given) == shown


def test_a_formula_names_the_field_wherever_the_grain_needs_it() -> None:
    assert formula_of(GRAINS["week"], "paid") == 'DATEADD(DATE({paid}), 1 - WEEKDAY({paid}), "days")'
