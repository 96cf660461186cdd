"""The rights of several roles add up row by row."""

import pytest

from mailuo.fields import Text
from mailuo.formulas import Formula, parse_formula
from mailuo.metadata.model import Field, Manifest, Table, Workspace
from mailuo.metadata.names import scope_of
from mailuo.records.policy import Right, Sight, TableAccess

TABLE = Table("t", "T", {name: Field(name, name, Text()) for name in ("open", "inner", "phone")})
MANIFEST = Manifest(Workspace("", "UTC", ("en",), "EUR", None, {}, {}), {"t": TABLE}, {}, {}, {}, {})


def _some() -> Formula:
    formula = parse_formula("{open} = 'x'", scope_of(MANIFEST, "t"))
    assert isinstance(formula, Formula)
    return formula


def right(role: str, see: Formula | bool, shown: str, masked: str = "", change: str = "") -> Right:
    """A role's right; fields are listed in words."""
    return Right(
        role, see, frozenset(shown.split()), frozenset(masked.split()), frozenset(change.split()), False, False
    )


ALL = right("all", True, "open", "phone")
SOME = right("some", _some(), "open inner", "", "inner")
WHOLE = right("whole", True, "open inner phone", "", "phone")
NONE = right("none", False, "open inner phone")


@pytest.mark.parametrize(
    ("rights", "everywhere", "asks", "varies"),
    [
        ((ALL,), (Sight.SHOWN, Sight.HIDDEN, Sight.MASKED), "open", False),
        ((SOME,), (Sight.SHOWN, Sight.SHOWN, Sight.HIDDEN), "open inner", False),
        ((ALL, SOME), (Sight.SHOWN, Sight.SHOWN, Sight.MASKED), "open", True),
        ((SOME, WHOLE), (Sight.SHOWN, Sight.SHOWN, Sight.SHOWN), "open inner phone", True),
        ((), (Sight.HIDDEN, Sight.HIDDEN, Sight.HIDDEN), "", False),
    ],
)
def test_what_is_seen_and_what_may_be_asked(
    rights: tuple[Right, ...], everywhere: tuple[Sight, ...], asks: str, varies: bool
) -> None:
    access = TableAccess(TABLE, rights)
    assert tuple(map(access.sight, TABLE.fields)) == everywhere
    assert [name for name in TABLE.fields if access.asks(name)] == asks.split()
    assert access.varies is varies


@pytest.mark.parametrize(("flag", "inner", "changes"), [(True, Sight.SHOWN, True), (False, Sight.HIDDEN, False)])
def test_a_right_counts_in_the_rows_it_sees(flag: bool, inner: Sight, changes: bool) -> None:
    within = TableAccess(TABLE, (ALL, SOME)).in_row([flag])
    assert (within.sight("inner"), within.changes("inner"), within.sight("phone")) == (inner, changes, Sight.MASKED)


def test_a_right_without_rows_shows_nothing_to_ask() -> None:
    access = TableAccess(TABLE, (NONE,))
    assert not access.sees
    assert not access.asks("open")


def test_nobody_binds_the_admin() -> None:
    access = TableAccess(TABLE, None)
    assert access.sees_all_rows
    assert access.readable == tuple(TABLE.fields)
    assert access.changes("inner")
