"""Runs in words: fields by their titles, values as people read them, and records that have no key."""

from collections.abc import Mapping
from typing import Any

import pytest

from mailuo.records import Running
from mailuo_web.pages.run_rows import Given
from mailuo_web.pages.run_words import RunWriter, StepLine
from mailuo_web.texts import Say
from tests.unit.pages.conftest import NOW

ID = "01a213f9-4028-7000-a68b-137b5d4de053"


def step(running: Running, action: str, inputs: Mapping[str, Any], outcome: Mapping[str, Any]) -> StepLine:
    told = {"place": "0", "action": action, "state": "done", "inputs": inputs, "outcome": outcome}
    return next(RunWriter(running, Say("zh"), NOW).steps([told]))


def test_what_a_step_put_into_fields_is_told_by_their_titles_and_in_words(running: Running) -> None:
    row = {"table": "referrals", "record": "N20260117-001", "id": ID, "made": True}
    line = step(running, "create", {"set": {"clinic": "S", "fee": "22380.00", "odd": 1}}, {"rows": [row]})
    assert line.inputs == (Given("诊所", "南院"), Given("费用", "¥22,380.00"), Given("odd", "1"))


def test_a_change_tells_choices_and_times_as_people_read_them(running: Running) -> None:
    changes = {
        "clinic": {"from": "N", "to": "S"},
        "asked_at": {"from": None, "to": "2026-01-17T10:24:00+08:00"},
    }
    row = {"table": "referrals", "record": "N20260117-001", "id": ID, "changes": changes}
    (done,) = step(running, "set", {}, {"rows": [row]}).rows
    assert done.changes == (("诊所", "北院", "南院"), ("申请时间", "—", "2026-01-17 10:24"))


def test_a_row_without_a_key_is_called_by_what_was_put_into_it(running: Running) -> None:
    row = {"table": "patients", "record": ID, "id": ID, "made": True}
    (done,) = step(running, "create", {"set": {"phone": "13800000000", "name": "李敏"}}, {"rows": [row]}).rows
    assert (done.title, done.href) == ("病人 李敏", f"/tables/patients/records/{ID}")
    (bare,) = step(running, "create", {"set": {}}, {"rows": [row]}).rows
    assert (bare.title, bare.href) == ("病人", f"/tables/patients/records/{ID}")


def test_a_deleted_row_is_a_line_of_its_own_and_no_bare_data(running: Running) -> None:
    row = {"table": "referrals", "record": "N20260117-001", "id": ID}
    line = step(running, "delete", {}, {"deleted": [row]})
    assert [(one.title, one.what) for one in line.rows] == [("转诊 N20260117-001", "删除")]
    assert (line.about, line.outcome) == ("转诊", ())


def test_a_run_on_a_record_without_a_key_shows_no_id(running: Running) -> None:
    told: dict[str, Any] = {
        "id": "r1", "automation": "greet", "title": "问好", "trigger": "created", "table": "patients", "record": ID,
        "state": "done", "error": None, "actor": None, "at": "2026-01-17T02:24:00Z", "finished_at": None, "steps": [],
    }  # fmt: skip
    line = RunWriter(running, Say("zh"), NOW).line(told)
    assert (line.record_title, line.href) == ("病人", f"/tables/patients/records/{ID}")


def test_a_step_that_found_no_row_still_tells_fields_by_their_titles(running: Running) -> None:
    line = step(running, "update", {"set": {"clinic": "S"}}, {"table": "referrals", "rows": []})
    assert (line.about, line.inputs, line.outcome) == ("转诊 · 没有符合条件的行", (Given("诊所", "南院"),), ())


def test_whom_a_step_told_is_said_by_titles_each_once(running: Running) -> None:
    told = [
        {"via": "wecom", "to": "nurse", "everyone": False},
        {"via": "wecom", "to": "nurse", "everyone": False},
        {"via": "wecom", "to": "zhou", "everyone": False},
        {"via": "wecom", "to": None, "everyone": True},
    ]
    line = step(running, "notify", {"via": "wecom"}, {"told": told, "text": "好"})
    assert line.inputs == (Given("方式", "企微"),)
    assert line.outcome == (Given("告诉", "护士、zhou、全员"), Given("内容", "好"))


def test_a_line_for_home_names_its_role_by_its_title(running: Running) -> None:
    assert step(running, "todo", {"role": "nurse", "user": None}, {}).inputs == (Given("角色", "护士"),)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{fee} >= 20000", "{费用} >= 20000"),
        ('AND({clinic} = "N", {n} > 1)', 'AND({诊所} = "北院", {n} > 1)'),
        ("{record.clinic} <> 'S'", "{诊所} <> '南院'"),
        ("{patient.phone} = '{fee}'", "{病人 电话} = '{fee}'"),
        ("STATE({seen}) = 'due'", "STATE({就诊}) = 'due'"),
        ("{item.fee} > 1", "{item.fee} > 1"),
    ],
)
def test_a_condition_is_told_with_the_titles_of_its_names(running: Running, written: str, read: str) -> None:
    told = {"place": "0", "action": "if", "state": "done", "inputs": {"if": written}, "outcome": {"holds": True}}
    (line,) = RunWriter(running, Say("zh"), NOW).steps([told], "referrals")
    assert (line.about, line.inputs) == ("是", (Given("条件", read),))
