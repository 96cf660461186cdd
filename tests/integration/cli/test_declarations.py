"""check, plan, apply, revisions, rollback, export, new: from files to what is running, and back."""

from pathlib import Path

import pytest

from mailuo.metadata import read_folder
from tests.integration.cli.conftest import Mailuo, edit

REMARK = "  remark: {title: 备注, type: text}\n"
MORE = "  more: {title: 更多, type: text}\n"


def test_a_good_workspace_has_no_errors(mailuo: Mailuo, workspace: Path) -> None:
    outcome = mailuo("check", workspace)
    assert (outcome.code, outcome.err) == (0, "")
    assert "3 张表" in outcome.out


def test_every_error_is_a_line_with_its_place_relative_to_the_folder(mailuo: Mailuo, workspace: Path) -> None:
    edit(workspace, "requests", "type: user", "type: usr")
    edit(workspace, "samples", "to: requests", "to: request")
    outcome = mailuo("check", workspace)
    assert outcome.code == 1
    files = [line.split(":")[0] for line in outcome.out.splitlines()]
    assert list(dict.fromkeys(files)) == ["tables/requests.yaml", "tables/samples.yaml"]
    assert " fields.doctor.type: " in outcome.out


def test_check_reads_the_current_folder_unless_another_is_named(
    mailuo: Mailuo, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    assert mailuo("check").code == 0


def test_a_folder_without_declarations_is_no_workspace(mailuo: Mailuo, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for command in ("check", "plan", "apply", "test"):
        assert mailuo(command, "empty").code == 1


def test_checking_touches_no_home(mailuo: Mailuo, workspace: Path, home: Path) -> None:
    mailuo("check", workspace)
    assert not home.exists()


def test_an_empty_home_takes_a_first_publication(mailuo: Mailuo, workspace: Path) -> None:
    outcome = mailuo("apply", workspace, "--yes")
    assert outcome.code == 0
    assert outcome.last == "已发布版本 1"


def test_a_plan_says_what_would_change_and_changes_nothing(mailuo: Mailuo, published: Path) -> None:
    edit(published, "requests", REMARK, REMARK + MORE)
    outcome = mailuo("plan", published)
    assert outcome.code == 0
    assert "· tables.requests.fields.more: 新增字段“更多”" in outcome.out
    assert mailuo("revisions").out.count("\n") == 1


def test_what_is_running_already_is_not_published_again(mailuo: Mailuo, published: Path) -> None:
    assert mailuo("apply", published, "--yes").last == "没有变化：现行版本是 1"
    assert mailuo("plan", published).code == 0
    assert mailuo("revisions").out.count("\n") == 1


def test_without_a_yes_nobody_publishes_where_nobody_can_be_asked(mailuo: Mailuo, published: Path) -> None:
    edit(published, "requests", REMARK, REMARK + MORE)
    outcome = mailuo("apply", published)
    assert outcome.code == 1
    assert "--yes" in outcome.err
    assert mailuo("revisions").out.count("\n") == 1


def test_a_type_that_would_lose_data_is_refused(mailuo: Mailuo, published: Path) -> None:
    edit(published, "requests", "{title: 账单号, type: text}", "{title: 账单号, type: boolean}")
    outcome = mailuo("plan", published)
    assert outcome.code == 1
    assert "× tables.requests.fields.bill_no" in outcome.out
    assert mailuo("apply", published, "--yes").code == 1


def test_wrong_files_are_refused_with_their_places(mailuo: Mailuo, published: Path) -> None:
    edit(published, "requests", "type: user", "type: usr")
    outcome = mailuo("apply", published, "--yes")
    assert outcome.code == 1
    assert outcome.err.startswith("tables/requests.yaml:")


def test_a_revision_can_be_returned_to(mailuo: Mailuo, published: Path) -> None:
    edit(published, "requests", REMARK, REMARK + MORE)
    mailuo("apply", published, "--yes", "--message", "更多")
    assert mailuo("rollback", "1").last == "已发布版本 3"
    lines = mailuo("revisions").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["* 3", "  2", "  1"]
    assert lines[1].endswith("operator\t更多")


def test_an_unknown_revision_is_refused(mailuo: Mailuo, published: Path) -> None:
    assert mailuo("rollback", "9").code == 1
    assert mailuo("rollback", "0").code == 2


def test_what_is_exported_is_what_is_running(mailuo: Mailuo, published: Path) -> None:
    assert mailuo("export", "out").code == 0
    assert read_folder(Path("out")) == read_folder(published)
    assert mailuo("check", "out").code == 0
    assert mailuo("apply", "out", "--yes").last == "没有变化：现行版本是 1"


def test_an_export_does_not_mix_with_other_declarations(mailuo: Mailuo, published: Path) -> None:
    (published / "tables" / "more.yaml").write_text("table: more\nfields: {}\n", "utf-8")
    outcome = mailuo("export", published)
    assert outcome.code == 1
    assert "tables/more.yaml" in outcome.err


@pytest.mark.parametrize(
    "command", [["export", "out"], ["rollback", "1"], ["token", "add", "x", "--role", "r"], ["doctor"]]
)
def test_where_nothing_is_published_commands_say_so(mailuo: Mailuo, command: list[str]) -> None:
    outcome = mailuo(*command)
    assert outcome.code == 1
    assert "mailuo apply" in outcome.err


def test_a_new_workspace_can_be_checked_and_published(mailuo: Mailuo) -> None:
    assert mailuo("new", "nested/我们的 公司").code == 0
    assert mailuo("check", "nested/我们的 公司").code == 0
    assert mailuo("apply", "nested/我们的 公司", "--yes").code == 0


def test_a_new_workspace_overwrites_nothing(mailuo: Mailuo, workspace: Path) -> None:
    before = read_folder(workspace)
    assert mailuo("new", workspace).code == 1
    assert read_folder(workspace) == before
