"""The past of a record's fields, and the pauses that a condition over it makes."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from mailuo.fields import Text
from mailuo.flow.past import FieldChange, Past, Pause, pauses_of
from mailuo.formulas import Formula, parse_formula
from mailuo.metadata.model import Field, Manifest, Table, Workspace
from mailuo.metadata.names import scope_of
from tests.unit.flow.sketch import hour

TABLE = Table("t", "T", {"open": Field("open", "open", Text())})
MANIFEST = Manifest(Workspace("", "UTC", ("en",), "EUR", None, {}, {}), {"t": TABLE}, {}, {}, {}, {})


def condition() -> Formula:
    formula = parse_formula("{open} = 'wait'", scope_of(MANIFEST, "t"))
    assert isinstance(formula, Formula)
    return formula


def past(*held: str) -> Past:
    """A field that held the first value at birth, the next from hour 1 on, and so on."""
    changes = [FieldChange("open", hour(place + 1), old) for place, old in enumerate(held[:-1])]
    return Past({"open": held[-1]}, changes)


PAUSES: list[tuple[Sequence[str], list[tuple[float | None, float | None]]]] = [
    (["go"], []),
    (["wait"], [(None, None)]),
    (["go", "wait"], [(1, None)]),
    (["wait", "go"], [(None, 1)]),
    (["go", "wait", "go"], [(1, 2)]),
    (["go", "wait", "wait", "go"], [(1, 3)]),
    (["go", "wait", "go", "wait"], [(1, 2), (3, None)]),
]


@pytest.mark.parametrize(("held", "expected"), PAUSES)
def test_a_clock_pauses_while_its_condition_holds(
    held: Sequence[str], expected: list[tuple[float | None, float | None]]
) -> None:
    def moment(number: float | None) -> datetime | None:
        return None if number is None else hour(number)

    found = pauses_of(condition(), past(*held), lambda formula, values: values["open"] == "wait")
    assert list(found) == [Pause(moment(start), moment(end)) for start, end in expected]


def test_the_past_as_of_a_moment_holds_what_was_known_then() -> None:
    whole = past("a", "b", "c")
    assert [whole.as_of(hour(at)).present["open"] for at in (0.5, 1, 1.5, 2, 9)] == ["a", "b", "b", "c", "c"]
    assert len(whole.as_of(hour(1)).changes) == 1


def test_what_was_given_at_birth_is_no_change() -> None:
    assert past("a").last_change({"open"}) is None
    assert past("a", "b", "c").last_change({"open"}) == hour(2)
    assert past("a", "b").last_change({"other"}) is None
