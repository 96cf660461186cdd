"""A crash at any statement of a publication leaves the old revision or the new one, and it can be completed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from mailuo.storage.publishing import resume

Copied = Callable[[Path, Path], AbstractContextManager[str]]
OpenWorkspace = Callable[[str, Path], AbstractContextManager[Any]]

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
