"""What a record waits for, how long and how late, in words and marks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailuo_web.lifeline import Mark, State
from mailuo_web.pages.standing import (
    NodeStand,
    Overdue,
    line_of,
    overdue_marks,
    read_stands,
    standing_of,
)
from mailuo_web.pages.steps import StepsWriter
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.timing import timing_marks
from mailuo_web.pages.told import NodeTold, Part
from mailuo_web.texts import Say

Subjects = Callable[..., Subject]
NOW = datetime(2026, 1, 17, 2, 24, tzinfo=UTC)
WAITING = {
    "received": NodeStand(State.REACHED, NOW - timedelta(hours=9)),
    "triaged": NodeStand(State.REACHED, NOW - timedelta(hours=8)),
    "seen": NodeStand(State.DUE, due_since=NOW - timedelta(hours=5, minutes=2)),
    "tested": NodeStand(State.NOT_APPLICABLE),
    "answered": NodeStand(State.PENDING),
}


def test_a_record_says_what_it_waits_for_and_since_when(subject: Subjects) -> None:
    flow = subject().flow
    assert flow
    standing = standing_of(line_of(flow, WAITING, {}), NOW, Say("zh"))
    assert (standing.waiting, standing.age, standing.level, standing.due) == ("就诊", "5时02分", "", ("seen",))
    assert standing.sentence == "第 3 步，共 4 步；等就诊，已等 5时02分"


def test_an_open_alert_marks_the_node_that_it_runs_against(subject: Subjects) -> None:
    flow = subject().flow
    assert flow
    plain = line_of(flow, WAITING, {})
    marks = overdue_marks(plain, [Overdue("seen", "red")])
    standing = standing_of(line_of(flow, WAITING, marks), NOW, Say("en"))
    assert (standing.level, standing.sentence) == ("red", "Step 3 of 4; waiting for 就诊, overdue, for 5h 02m")


def test_an_alert_against_a_node_that_is_not_yet_due_marks_the_one_that_is(subject: Subjects) -> None:
    flow = subject().flow
    assert flow
    assert overdue_marks(line_of(flow, WAITING, {}), [Overdue("answered", "orange")]) == {"seen": {Mark.ORANGE}}


def test_a_dispute_is_what_is_told_first(subject: Subjects) -> None:
    flow = subject().flow
    assert flow
    stands = WAITING | {"seen": NodeStand(State.DISPUTED, due_since=NOW - timedelta(minutes=12))}
    standing = standing_of(line_of(flow, stands, {}), NOW, Say("zh"))
    assert (standing.level, standing.age) == ("disputed", "争议 12分")


@pytest.mark.parametrize(("exit_", "text"), [("已撤回", "已退出：已撤回"), (None, "已走完")])
def test_a_record_that_waits_for_nothing_says_why(subject: Subjects, exit_: str | None, text: str) -> None:
    flow = subject().flow
    assert flow
    stands = {node: NodeStand(State.REACHED, NOW) for node in flow.nodes}
    assert text in standing_of(line_of(flow, stands, {}, exit_), NOW, Say("zh")).sentence


def test_standing_is_read_as_the_records_tell_it(subject: Subjects) -> None:
    told = {
        "seen": {"state": "due", "due_since": "2026-01-17T09:00:00+08:00"},
        "triaged": {"state": "reached", "source": "verdict"},
    }
    stands = read_stands(told, subject().zone)
    assert stands["seen"].due_since == NOW.replace(hour=1, minute=0)
    flow = subject().flow
    assert flow
    assert Mark.VERDICT in line_of(flow, stands, {}).by_id["triaged"].marks


@pytest.mark.parametrize(("hours", "marked"), [(2, False), (2.01, True)])
def test_a_node_is_late_when_it_took_longer_than_its_alert_allows(
    subject: Subjects, hours: float, marked: bool
) -> None:
    flow = subject().flow
    assert flow
    stands = {"seen": NodeStand(State.REACHED, NOW, due_since=NOW - timedelta(hours=hours))}
    marks = timing_marks(subject(), line_of(flow, stands, {}), {})
    assert ("seen" in marks) is marked


def test_a_node_is_early_when_it_came_well_before_the_promise(subject: Subjects) -> None:
    flow = subject().flow
    assert flow
    line = line_of(flow, {"answered": NodeStand(State.REACHED, NOW)}, {})
    assert timing_marks(subject(), line, {"promised_at": NOW + timedelta(hours=24)}) == {"answered": {Mark.EARLY}}
    assert timing_marks(subject(), line, {"promised_at": NOW + timedelta(hours=23)}) == {}


@pytest.mark.parametrize(("second", "listed"), [(State.PENDING, []), (State.DUE, ["P1", "P2"])])
def test_parts_are_listed_once_it_is_the_turn_of_one(subject: Subjects, second: State, listed: list[str]) -> None:
    flow = subject().flow
    assert flow
    parts = (Part("P1", State.PENDING, None), Part("P2", second, None))
    told = NodeTold("answered", NodeStand(State.PENDING), False, False, False, "", parts, ())
    steps = StepsWriter(subject(), line_of(flow, WAITING, {}), {"answered": told}, {}).steps()
    (step,) = [step for step in steps if step.id == "answered"]
    assert [part.key for part in step.parts] == listed
