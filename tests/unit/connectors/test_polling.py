"""Which time is asked about, which pages, and what makes elements events."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from mailuo.base.patterns import moment_text
from mailuo.connectors.polling import Stretch, elements, key_of, longer, next_stretch, pages, shorter, wrapped
from mailuo.metadata.connector import Pages, Window

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
WINDOW = Window("a", "b", "iso", timedelta(seconds=30), timedelta(seconds=10), timedelta(minutes=30))


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("reached", "start", "end"),
    [
        (None, minutes(-30) - timedelta(seconds=10), NOW - timedelta(seconds=10)),
        (minutes(-5), minutes(-5.5), NOW - timedelta(seconds=10)),
        (minutes(-120), minutes(-120.5), minutes(-90.5)),
    ],
)
def test_a_stretch_overlaps_the_last_and_ends_a_little_before_now(reached: datetime | None, start: datetime, end: datetime) -> None:
    assert next_stretch(WINDOW, reached, NOW) == Stretch(start, end)


def test_where_nothing_is_new_nothing_is_asked() -> None:
    assert next_stretch(WINDOW, NOW, NOW) is None


def test_an_overlap_longer_than_the_stretch_still_moves_on() -> None:
    window = Window("a", "b", "iso", timedelta(hours=2), timedelta(0), timedelta(hours=1))
    found = next_stretch(window, minutes(-600), NOW)
    assert found is not None
    assert found.end > minutes(-600)


def test_after_a_failure_half_as_much_is_asked_and_more_again_once_that_is_answered() -> None:
    stretch, spans = next_stretch(WINDOW, minutes(-120), NOW), []
    for _ in range(6):
        assert stretch is not None
        spans.append((stretch.end - stretch.start).total_seconds())
        stretch = next_stretch(WINDOW, minutes(-120), NOW, shorter(stretch))
    assert spans == [1800, 900, 450, 225, 112, 60]
    assert longer(WINDOW, timedelta(minutes=1)) == timedelta(minutes=2)
    assert longer(WINDOW, timedelta(minutes=15)) is None


@pytest.mark.parametrize("overlap", [0, 30, 3600])
def test_the_shortest_stretch_still_moves_on(overlap: int) -> None:
    window = replace(WINDOW, overlap=timedelta(seconds=overlap))
    found = next_stretch(window, minutes(-120), NOW, timedelta(seconds=1))
    assert found is not None
    assert found.end > minutes(-120)


@pytest.mark.parametrize("seed", range(20))
def test_a_side_that_fails_one_answer_in_ten_is_read_to_the_end(seed: int) -> None:
    random, reached, span, asked = Random(seed), minutes(-30), None, 0
    while (stretch := next_stretch(WINDOW, reached, NOW, span)) is not None:
        asked += 1
        answers = 1 + int((stretch.end - stretch.start).total_seconds() * 3 / 50)
        if any(random.random() < 0.1 for _ in range(answers)):
            span = shorter(stretch)
        else:
            reached, span = stretch.end, longer(WINDOW, span) if span is not None else None
    assert asked < 300


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("iso", "2026-01-15T09:00:00+08:00"),
        ("seconds", "1768438800"),
        ("milliseconds", "1768438800000"),
        ("yyyy-MM-dd HH:mm:ss", "2026-01-15 09:00:00"),
        ("yyyyMMdd%", "20260115%"),
    ],
)
def test_a_moment_is_written_as_the_other_side_writes_it(format_: str, text: str) -> None:
    assert moment_text(NOW, format_, ZONE) == text


def walked(chain: Mapping[str, object]) -> list[str]:
    """Which pages are asked for where each answer names the next."""
    wanted: list[str] = []

    def ask(page: Mapping[str, str]) -> object:
        wanted.append(page.get("cursor", "-"))
        return {"rows": [1], "next": chain.get(wanted[-1]), "size": page["size"]}

    declared = Pages("cursor", 2, 1, False, None, None, "size", ("next",))
    assert [list(page) for page in pages(declared, ("rows",), ask, NOW, ZONE)] == [[1]] * len(wanted)
    return wanted


@pytest.mark.parametrize(
    ("chain", "wanted"),
    [
        ({}, ["-"]),
        ({"-": "a", "a": "b", "b": ""}, ["-", "a", "b"]),
        ({"-": 7, "7": None}, ["-", "7"]),
        ({"-": "a", "a": "b", "b": "a"}, ["-", "a", "b"]),
    ],
)
def test_pages_are_followed_as_each_answer_names_the_next_and_never_in_a_circle(chain: Mapping[str, object], wanted: list[str]) -> None:
    assert walked(chain) == wanted


def asked(declared: Pages | None, count: int) -> tuple[list[str], list[object]]:
    """Which pages of so many elements are asked for, and what they hold."""
    wanted: list[str] = []
    size = declared.size if declared else count

    def ask(page: Mapping[str, str]) -> object:
        wanted.append(page.get("p", "-"))
        start = (int(page.get("p", "1")) - (declared.first if declared else 1)) * size
        return {"total": str(count), "rows": list(range(count))[start : start + size]}

    found = [element for page in pages(declared, ("rows",), ask, NOW, ZONE) for element in page]
    return wanted, found


@pytest.mark.parametrize(
    ("pages_", "count", "wanted"),
    [
        (None, 3, ["-"]),
        (Pages("p", 2, 1, True, ("total",), None), 5, ["1", "3", "2", "1"]),
        (Pages("p", 2, 1, True, ("total",), None), 2, ["1"]),
        (Pages("p", 2, 1, True, ("total",), None), 0, ["1"]),
        (Pages("p", 2, 0, False, ("total",), None), 5, ["0", "1", "2"]),
        (Pages("p", 2, 1, False, None, None), 4, ["1", "2", "3"]),
        (Pages("p", 2, 1, False, None, None), 3, ["1", "2"]),
    ],
)
def test_pages_are_asked_for_in_the_declared_order_and_hold_everything(pages_: Pages | None, count: int, wanted: list[str]) -> None:
    seen, found = asked(pages_, count)
    assert seen == wanted
    assert sorted(found, key=str) == sorted(range(count), key=str)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"a": {"b": [1, 2]}}, [1, 2]),
        ({"a": {"b": {"c": 1}}}, [{"c": 1}]),
        ({"a": '{"b": [1]}'}, [1]),
        ({"a": {"b": "[1, 2]"}}, [1, 2]),
        ({"a": {"b": "text"}}, []),
        ({"A": {"B": [1]}}, [1]),
        ({}, []),
        ("<html>", []),
    ],
)
def test_the_elements_of_a_body_are_found_however_it_holds_them(body: object, found: list[object]) -> None:
    assert elements(body, ("a", "b")) == found


def test_an_element_alone_is_wrapped_as_the_event_has_it() -> None:
    assert elements(wrapped(("a", "b"), {"x": 1}), ("a", "b")) == [{"x": 1}]
    assert wrapped((), {"x": 1}) == {"x": 1}


def test_without_a_declared_key_what_is_alike_is_one() -> None:
    assert key_of(None, {"a": 1}, NOW, ZONE) == key_of(None, {"a": 1}, NOW, ZONE) != key_of(None, {"a": 2}, NOW, ZONE)


@pytest.mark.parametrize(("total", "wanted"), [("5.0", ["1", "2", "3"]), ("many", ["1", "2", "3"]), ("nan", ["1", "2", "3"]), ("1e999999", ["1", "2", "3"]), (-1, ["1", "2", "3"])])
def test_a_total_that_is_no_count_is_passed_over(total: object, wanted: list[str]) -> None:
    asked_for: list[str] = []

    def ask(page: Mapping[str, str]) -> object:
        asked_for.append(page["p"])
        return {"total": total, "rows": [1] * (2 if len(asked_for) < 3 else 1)}

    assert len([*pages(Pages("p", 2, 1, False, ("total",), None), ("rows",), ask, NOW, ZONE)]) == 3
    assert asked_for == wanted
