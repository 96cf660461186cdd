"""Comparing what a scenario expects with what there is."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from mailuo.app.scenarios.comparing import Unmatched, Yardstick, unmatched
from mailuo.base.problems import Message, Place
from mailuo.fields import Choice, FieldType, Link, Option, Text
from mailuo.metadata.part import Part, Written

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
YARD = Yardstick(NOW, ZoneInfo("Asia/Shanghai"), {"o": "TM-1"})
SILENT = Message("timeout", zh="没有答复", en="no answer")()
CHANNEL = Choice({"TM": Option("TM", "天猫")})


def written(value: object) -> object:
    """A value as the grammar hands it on."""
    if isinstance(value, str):
        return Written.at(value, Place("s.yaml"), "")
    if isinstance(value, Mapping):
        return Part(Place("s.yaml"), "", {Written.at(key, Place("s.yaml"), ""): written(each) for key, each in value.items()})
    return tuple(map(written, value)) if isinstance(value, list) else value


SAME: list[tuple[object, object, FieldType | None]] = [
    (None, None, None),
    (None, "", None),
    (None, (), None),
    ("4980.00", Decimal(4980), None),
    ("10.5", 10.5, None),
    ("1", 1, None),
    ("true", True, None),
    ("2026-01-15T09:00+08:00", NOW, None),
    ("2026-01-15T09:00", NOW, None),
    ("now", NOW, None),
    ("2026-01-15", date(2026, 1, 15), None),
    ("90m", timedelta(hours=1, minutes=30), None),
    ("天猫", "TM", CHANNEL),
    ("TM", "TM", CHANNEL),
    ("o", "TM-1", Link("orders")),
    ("TM-1", "TM-1", Link("orders")),
    (["b", "a"], ("a", "b"), None),
    (["a"], ["a"], None),
    ({"contains": "60"}, "1600 mm", None),
    ({"lat": "30.27"}, {"lat": 30.27, "lng": 120}, None),
    ("true", {"id": "f", "name": "a.pdf"}, None),
    ("a.pdf", {"id": "f", "name": "a.pdf"}, None),
    ("138****5678", "138****5678", Text()),
    ("没有答复", SILENT, None),
    ("no answer", SILENT, None),
    ({"contains": "answer"}, SILENT, None),
]
OTHER: list[tuple[object, object, FieldType | None]] = [
    (None, "x", None),
    (None, Decimal(0), None),
    (None, False, None),
    ("x", None, None),
    ("4980.01", Decimal(4980), None),
    ("many", Decimal(1), None),
    ("false", True, None),
    ("2026-01-15T09:01+08:00", NOW, None),
    ("007", "7", Text()),
    ("o", "TM-1", Text()),
    ("天猫", "DY", CHANNEL),
    (["a"], ("a", "b"), None),
    (["a", "a"], ("a", "b"), None),
    ({"contains": "x"}, None, None),
    ({"contains": "61"}, "1600", None),
    ({"lat": "1"}, "text", None),
    ("答复", SILENT, None),
    ("b.pdf", {"id": "f", "name": "a.pdf"}, None),
]


@pytest.mark.parametrize(("expected", "actual", "type_"), SAME)
def test_these_are_the_same(expected: object, actual: object, type_: FieldType | None) -> None:
    assert YARD.agrees(written(expected), actual, type_)


@pytest.mark.parametrize(("expected", "actual", "type_"), OTHER)
def test_these_differ(expected: object, actual: object, type_: FieldType | None) -> None:
    assert not YARD.agrees(written(expected), actual, type_)


def test_an_entry_compares_only_what_it_names() -> None:
    entry = written({"via": "wecom", "record": "o"})
    assert isinstance(entry, Part)
    assert YARD.entry(entry, {"via": "wecom", "record": "TM-1", "text": "anything"})
    assert not YARD.entry(entry, {"via": "email", "record": "TM-1"})
    assert not YARD.entry(entry, {"via": "wecom"})


LISTS = [
    (["a", "b"], ["b", "a"], Unmatched((), ())),
    (["a"], ["b"], Unmatched((0,), (0,))),
    (["a"], [], Unmatched((0,), ())),
    ([], ["a"], Unmatched((), (0,))),
    (["a", "a"], ["a"], Unmatched((1,), ())),
    (["?", "a"], ["a", "b"], Unmatched((), ())),  # the one that names little leaves `a` to the one that needs it
    (["?", "a"], ["b", "a"], Unmatched((), ())),
    (["?", "?", "a"], ["a", "b"], Unmatched((2,), ())),
]


@pytest.mark.parametrize(("expected", "actual", "found"), LISTS)
def test_an_exact_list_pairs_off_in_any_order(expected: list[str], actual: list[str], found: Unmatched) -> None:
    assert unmatched(expected, actual, lambda one, other: one in ("?", other)) == found


def test_values_are_shown_as_they_would_be_written() -> None:
    shown = YARD.shown({"a": None, "b": True, "c": Decimal("1.50"), "d": NOW, "e": ["x", timedelta(hours=2)], "f": SILENT})
    assert shown == "{a: null, b: true, c: 1.5, d: 2026-01-15T09:00:00+08:00, e: [x, 2h], f: 没有答复 / no answer}"
