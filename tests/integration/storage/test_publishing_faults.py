"""A crash at any statement of a publication leaves the old revision or the new one, and it can be completed."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, inspect

from mailuo.base.problems import Refusal
from mailuo.storage import publishing, system
from mailuo.storage.publishing import resume

Copied = Callable[[Path, Path], AbstractContextManager[str]]
OpenWorkspace = Callable[[str, Path], AbstractContextManager[Any]]

NOW = datetime(2026, 1, 15, tzinfo=UTC)
OLD = """
table: visit
title: 就诊
fields:
  remark: {title: 备注, type: text}
  rating: {title: 评分, type: rating}
flow: {nodes: {seen: {title: 已就诊, by: [automation]}}}
"""
NEW = """
table: visit
title: 就诊
fields:
  note: {title: 备注, type: text, was: remark}
  rating: {title: 评分, type: number}
  room: {title: 诊室, type: text, required: true, default: 一, index: true}
flow: {nodes: {met: {title: 已就诊, by: [automation], was: seen}}}
"""
OTHER = """
table: room
title: 诊室
fields: {name: {title: 名称, type: text, unique: true}}
"""


class Killed(BaseException):
    """The process died."""


class _Power:
    """Counts statements, and fails each one from the n-th on."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def spend(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


@contextmanager
def _power_for(statements: int) -> Iterator[_Power]:
    power = _Power(statements)
    event.listen(Engine, "before_cursor_execute", power.spend)
    try:
        yield power
    finally:
        event.remove(Engine, "before_cursor_execute", power.spend)


COLUMNS = {1: ("remark", "rating", "status"), 2: ("note", "rating", "room", "status")}
BEFORE = (1, [("早", 4, "seen"), ("晚", None, "seen")])
AFTER = (2, [("早", 4, "一", "met"), ("晚", None, "一", "met")])


def _crash(open_workspace: OpenWorkspace, url: str, home: Path, statement: int) -> bool:
    """Whether publishing was over before that statement; if not, checks what the crash left."""
    with open_workspace(url, home) as workspace, _power_for(statement) as power, suppress(Killed):
        workspace.publish(NEW, OTHER)
    gc.collect()  # a process that has died holds no cursor, and with it a lock
    with open_workspace(url, home) as workspace:
        assert (workspace.running, workspace.values("visit", *COLUMNS[workspace.running])) in (BEFORE, AFTER)
        resume(workspace.store)
        if workspace.running == 1:
            workspace.publish(NEW, OTHER)
        assert (workspace.running, workspace.values("visit", *COLUMNS[2])) == AFTER
        workspace.add("room", {"name": "一"})
    return power.left >= 0


def test_a_crash_at_any_statement_leaves_old_or_new_and_is_completed(
    open_workspace: OpenWorkspace, database_url: str, copied: Copied, tmp_path: Path
) -> None:
    home, statement, over = tmp_path / "home", 0, False
    with open_workspace(database_url, home) as workspace:
        workspace.publish(OLD)
        workspace.add("visit", {"remark": "早", "rating": 4}, {"remark": "晚", "rating": None}, status="seen")
    while not over:
        with copied(home, tmp_path / str(statement)) as url:
            over = _crash(open_workspace, url, tmp_path / str(statement), statement)
        statement += not over
    assert statement > 20


@pytest.fixture
def clashing(workspace: Any) -> Any:
    """A published table, and the word of a milestone that stands in the way of its renaming."""
    workspace.publish(OLD)
    workspace.add("visit", {"remark": "早", "rating": 4}, status="seen")
    state = {"record": "r", "table": "visit", "known_from": NOW, "known_to": system.FOREVER, "state": "due"}
    rows = [state | {"node": node} for node in ("seen", "met")]
    workspace.store.write(lambda connection: connection.execute(insert(system.node_state), rows))
    return workspace


def _is_as_before(workspace: Any) -> None:
    assert (workspace.running, workspace.values("visit", *COLUMNS[1])) == (1, [("早", 4, "seen")])
    with workspace.store.read() as connection:
        columns = {column["name"] for column in inspect(connection).get_columns(workspace.table("visit").table.name)}
    assert columns == set(workspace.table("visit").table.c.keys())
    assert workspace.publish(OLD, OTHER).number == 3


def test_what_the_database_does_not_take_is_taken_back_with_its_reason(clashing: Any) -> None:
    with pytest.raises(Refusal) as refused:
        clashing.publish(NEW, OTHER)
    assert refused.value.code == "conflict"
    assert "全部撤回" in refused.value.problems[0].text("zh")
    _is_as_before(clashing)


def test_what_cannot_be_completed_is_put_aside_and_stands_in_nobodys_way(
    clashing: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _leave_before_the_flip(clashing, monkeypatch)
    resume(clashing.store)
    assert "revision 2 was put aside" in caplog.text
    _is_as_before(clashing)


def test_who_starts_while_somebody_publishes_leaves_it_to_them(
    workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.publish(OLD)
    _leave_before_the_flip(workspace, monkeypatch)
    with workspace.store.publishing():
        resume(workspace.store)
    assert workspace.running == 1
    resume(workspace.store)
    assert workspace.running == 2


def _leave_before_the_flip(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begins a publication whose process dies when all but the flip is done."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(publishing, "_flip", die)
        workspace.publish(NEW, OTHER)
