"""Whom a message means, in which letter, and when it may be told."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailuo.automations.addressing import Envelope, Reachable, envelopes, quiet_until
from mailuo.automations.switch_messages import NO_PERSON, NO_WECOM, NOBODY
from mailuo.base.problems import Problem
from mailuo.metadata.model import Window

PEOPLE = (
    Reachable("chen", frozenset({"cook"}), "chen@x.test", "c1"),
    Reachable("liu", frozenset({"chef", "cook"}), "liu@x.test", None),
)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def message(id_: str, via: str, **more: Any) -> Mapping[str, Any]:
    """A message's row."""
    same = {"at": 1, "rule": "r", "alert": "a", "table": "t", "record": "x", "level": None, "subject": "s", "text": "t"}
    return {**same, "id": id_, "via": via, "role": None, "user": None, "copy": False, **more}


def spread(*messages: Mapping[str, Any]) -> list[Envelope]:
    """The envelopes, their letters numbered."""
    numbers = map(str, count(1))
    return list(envelopes(messages, PEOPLE, lambda: next(numbers)))


def test_mails_that_say_the_same_are_one_letter() -> None:
    found = spread(message("m", "email", role="cook", copy=True), message("n", "email", role="chef"))
    assert {each.letter for each in found} == {"1"}
    assert [(each.message, each.person, each.copy) for each in found] == [
        ("n", "liu", False), ("m", "chen", True), ("m", "liu", True),
    ]  # fmt: skip


def test_mails_that_say_different_things_are_letters_of_their_own() -> None:
    found = spread(message("m", "email", role="cook"), message("n", "email", role="chef", text="***"))
    assert len({each.letter for each in found}) == 2


def test_by_other_ways_there_is_one_letter_a_person() -> None:
    found = spread(message("m", "popup", role="cook"), message("n", "popup", role="chef"))
    letters = {(each.person, each.letter) for each in found}
    assert len(found) == 3
    assert len(letters) == 2


def test_everybody_is_everybody_once() -> None:
    assert [each.person for each in spread(message("m", "popup"))] == ["chen", "liu"]


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (message("m", "email", role="driver"), NOBODY()),
        (message("m", "email", user="wang"), NO_PERSON()),
        (message("m", "wecom", user="liu"), NO_WECOM()),
    ],
)
def test_who_cannot_be_reached_is_named(told: Mapping[str, Any], problem: Problem) -> None:
    assert [each.problem for each in spread(told)] == [problem]


@pytest.mark.parametrize(
    ("hours", "level", "now", "until"),
    [
        (None, None, "2026-01-15T23:00", "2026-01-15T23:00"),
        (Window(time(22), time(7)), None, "2026-01-15T21:59", "2026-01-15T21:59"),
        (Window(time(22), time(7)), None, "2026-01-15T22:00", "2026-01-16T07:00"),
        (Window(time(22), time(7)), None, "2026-01-16T06:59", "2026-01-16T07:00"),
        (Window(time(22), time(7)), None, "2026-01-16T07:00", "2026-01-16T07:00"),
        (Window(time(22), time(7)), "green", "2026-01-15T23:00", "2026-01-16T07:00"),
        (Window(time(22), time(7)), "red", "2026-01-15T23:00", "2026-01-15T23:00"),
        (Window(time(12), time(14)), None, "2026-01-15T13:00", "2026-01-15T14:00"),
        (Window(time(12), time(14)), None, "2026-01-15T11:00", "2026-01-15T11:00"),
        (Window(time(22), time(0)), None, "2026-01-15T23:00", "2026-01-16T00:00"),
    ],
)
def test_messages_wait_through_quiet_hours_unless_red(hours: Window | None, level: str | None, now: str, until: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI).astimezone(UTC)
    assert quiet_until(hours, SHANGHAI, level, at) == datetime.fromisoformat(until).replace(tzinfo=SHANGHAI)
