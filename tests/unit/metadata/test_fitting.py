"""What is refused before a run is what the field would refuse in it, whatever the value.

`tests/declarations/bad/values_*.yaml` hold what is refused.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from mailuo.automations.members import shown
from mailuo.base.problems import Problem
from mailuo.fields import (
    Choice,
    Choices,
    Date,
    Datetime,
    Duration,
    FieldType,
    Link,
    Money,
    Number,
    Score,
    Tags,
    Text,
    User,
)
from mailuo.fields.boolean import Boolean
from mailuo.formulas.types import Kind
from mailuo.metadata.fitting import TAKES

OPTIONS = {"options": {"1": "一", "a": "甲"}}
FIELDS: tuple[FieldType, ...] = (
    Boolean(), Choice.of(OPTIONS), Choices.of(OPTIONS), Date(), Datetime(), Duration(), Link("other"), Money(), Number(), Score(),
    Tags(), Text(), User(),
)  # fmt: skip
RAW: dict[Kind, tuple[object, ...]] = {
    Kind.TEXT: ("1", "a", "2026-01-15", "2026-01-15T09:30", "2h"),
    Kind.NUMBER: tuple(shown(Decimal(number), UTC) for number in ("0", "1", "20260115", "1768469400")),
    Kind.BOOLEAN: (True, False),
    Kind.DATE: (shown(date(2026, 1, 15), UTC),),
    Kind.MOMENT: tuple(shown(datetime(2026, 1, 15, hour, 30, tzinfo=UTC), UTC) for hour in (0, 9)),
    Kind.DURATION: (shown(timedelta(hours=2), UTC), shown(timedelta(days=1), UTC)),
    Kind.TAGS: (["a"], ["1", "a"]),
}
"""What values of each kind come to as a rule hands them over."""


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("kind", RAW, ids=lambda kind: kind.value)
def test_no_kind_of_value_is_refused_beforehand_that_the_field_could_read(field: FieldType, kind: Kind) -> None:
    reads = any(not isinstance(field.parse(raw, UTC), Problem) for raw in RAW[kind])
    assert kind in TAKES[field.formula_type.kind] or not reads
