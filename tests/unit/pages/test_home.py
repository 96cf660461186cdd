"""Home: the river's figures, the wall's rows and their words."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailuo.records import Running
from mailuo_web.pages.alert_words import AlertRow, AlertWords, Told
from mailuo_web.pages.dispute_list import Waiting as Review
from mailuo_web.pages.river_view import FlowLoad, NodeLoad, river_of
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.todos import NodeQueue, Waiting, line_of_rule, todos_of
from mailuo_web.pages.told import AlertTold
from mailuo_web.pages.wall import column_of, praise_of
from mailuo_web.texts import Say

Subjects = Callable[..., Subject]
NOW = datetime(2026, 1, 17, 2, 24, tzinfo=UTC)


def alert(rule: str = "seen_late", **changed: object) -> AlertTold:
    told: dict[str, object] = {
        "id": "a1",
        "rule": rule,
        "level": "red",
        "table": "referrals",
        "record": "N20260116-001",
        "state": "open",
        "due_at": NOW - timedelta(hours=10, minutes=44),
        "opened_at": NOW - timedelta(hours=10, minutes=44),
        "resolved_at": None,
        "resolved_because": "",
        "acknowledged_by": "",
        "note": "",
        "because": "",
    }
    return AlertTold(**{**told, **changed})  # type: ignore[arg-type]


def words(running: Running, values: dict[str, object] | None = None) -> AlertWords:
    messages = {"a1": (Told("wecom", "doctor"), Told("wecom", "nurse"))}
    return AlertWords(running, Say("zh"), NOW, {("referrals", "N20260116-001"): values or {}}, messages)


def test_the_river_counts_who_waits_and_the_inflow_of_today(subject: Subjects) -> None:
    load = FlowLoad(
        60, {"received": NodeLoad(today=32), "seen": NodeLoad(waiting=46, red=7), "answered": NodeLoad(waiting=5)}
    )
    river = river_of(subject(), load, ())
    drawn = str(river.svg)
    assert dict(re.findall(r'data-count="(\d+)"[^>]*>([\d,]+)<', drawn)) == {"32": "32", "0": "0", "46": "46", "5": "5"}
    assert "46 单在等，红色超时 7" in drawn
    assert river.steps[0].waiting == 32


def test_each_node_of_the_river_leads_to_its_records(subject: Subjects) -> None:
    drawn = str(river_of(subject(), FlowLoad(0, {}), ()).svg)
    assert "/tables/referrals?filter=STATE%28%7Bseen%7D%29%20%3D%20%22due%22" in drawn


def test_an_alert_says_how_late_how_long_whom_and_who_knows(running: Running) -> None:
    row = words(running).row(alert(acknowledged_by="何医生", note="在路上"))
    assert (row.title, row.age, row.side) == ("就诊超时", "超 10时44分", "已等 12时44分")
    assert (row.told, row.known) == ("企微 医生、护士", "何医生 已知悉：在路上")


def test_an_early_answer_says_how_early(running: Running) -> None:
    values: dict[str, object] = {"answered": NOW - timedelta(minutes=12), "promised_at": NOW + timedelta(hours=31)}
    row = words(running, values).row(alert("answer_early", level="green"))
    assert (row.age, row.side) == ("提前 31时12分", "回复 12 分前")


@pytest.mark.parametrize(("state", "can"), [("open", True), ("acknowledged", False), ("resolved", False)])
def test_only_what_is_open_can_be_acknowledged(running: Running, state: str, can: bool) -> None:
    assert words(running).row(alert(state=state)).acknowledgeable is can


def test_the_wall_folds_the_middle_and_keeps_the_newest_in_sight(running: Running) -> None:
    rows = [AlertRow(key=str(number)) for number in range(16)]
    column = column_of("red", rows, {"seen_late": 16}, running, Say("zh"))
    assert [row.key or row.fold for row in column.rows] == ["0", "1", "2", "3", "中间 11 条", "15"]
    assert (column.total, column.by_rule) == (16, "就诊超时\N{NO-BREAK SPACE}16")


def test_a_short_column_shows_all(running: Running) -> None:
    rows = [AlertRow(key=str(number)) for number in range(6)]
    assert column_of("red", rows, {"seen_late": 6}, running, Say("zh")).rows == tuple(rows)


def test_what_went_well_stands_without_a_fold_and_says_how_many_more_there_are() -> None:
    rows = [AlertRow(key=str(number)) for number in range(6)]
    column = praise_of(rows, 22, Say("zh"))
    assert (column.total, column.by_rule, column.foot, column.rows) == (22, "近 24 小时", "还有 16 条", tuple(rows))
    assert praise_of(rows, 6, Say("zh")).foot == ""


@pytest.mark.parametrize(
    ("text", "before", "after", "link"),
    [
        ("N1 已回复，请发给病人：http://127.0.0.1:8000/f/nps/AaITr3-x_Y", "", " 已回复，请发给病人", "http://127.0.0.1:8000/f/nps/AaITr3-x_Y"),
        ("请看 N1", "请看 ", "", ""),
        ("没有提到单号 1/2", "没有提到单号 1/2 ", "", ""),
    ],
)
def test_a_line_of_a_rule_names_its_record_and_keeps_addresses_out_of_its_words(
    text: str, before: str, after: str, link: str
) -> None:
    told = {"id": "t1", "text": text, "record": "N1", "table": "referrals", "at": "2026-01-17T10:20:00+08:00"}
    line = line_of_rule(told, NOW, ZoneInfo("Asia/Shanghai"), Say("zh"))
    assert (line.before, line.after, line.link) == (before, after, link)
    assert line.href == "/tables/referrals/records/N1"


def test_many_lines_of_rules_are_folded_and_reviews_come_before_nodes(subject: Subjects) -> None:
    told = {"id": "t1", "text": "请看 N1", "record": "N1", "table": "referrals", "at": "2026-01-17T10:20:00+08:00"}
    line = line_of_rule(told, NOW, ZoneInfo("Asia/Shanghai"), Say("zh"))
    review = Review("d1", "N1", "/disputes/d1", "就诊", "前台早 3时", "evidence", "待复核", "36分", "", mine=True)
    todos = todos_of([NodeQueue(subject(), "seen", 2, ())], "周岚", Say("zh"), (line,) * 5, [review])
    assert (len(todos.lines), len(todos.further), todos.total) == (3, 2, 8)
    assert [(group.title, group.count, group.go) for group in (*todos.reviews, *todos.groups)] == [
        ("仲裁复核", 1, "去复核"),
        ("就诊", 2, "批量确认"),
    ]
    assert todos.reviews[0].items[0].href == "/disputes/d1"


def test_todos_come_by_node_with_their_ages(subject: Subjects) -> None:
    first = (Waiting("N1", "李敏", NOW - timedelta(hours=41, minutes=4), "orange"),)
    todos = todos_of(
        [NodeQueue(subject(), "seen", 86, first), NodeQueue(subject(), "tested", 0, ())], "周岚", Say("zh")
    )
    assert (todos.total, [group.title for group in todos.groups]) == (86, ["就诊"])
    assert (todos.groups[0].items[0].age, todos.groups[0].items[0].level) == ("41时04分", "org strong")
