"""Calls of any command: the table of commands, exit codes, languages, faults, and what needs a process of its own."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from mailuo.cli.commands import COMMANDS, Entry
from tests.integration.cli.conftest import Mailuo


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "simulate"])
def test_every_command_is_there_and_has_help(mailuo: Mailuo, name: str) -> None:
    outcome = mailuo(name, "--help")
    assert outcome.code == 0
    assert f"mailuo {name}" in outcome.out


def test_the_help_lists_every_command(mailuo: Mailuo) -> None:
    outcome = mailuo("--help")
    assert outcome.code == 0
    assert all(f"  {name} " in outcome.out for name in COMMANDS)


@pytest.mark.parametrize("call", [["chek"], ["check", "--nothing"], ["rollback"], ["serve", "--port", "0"]])
def test_a_wrong_call_is_2(mailuo: Mailuo, call: list[str]) -> None:
    outcome = mailuo(*call)
    assert (outcome.code, outcome.out) == (2, "")
    assert "用法不对" in outcome.err


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["chek"], "没有命令 chek。是不是 check？"),
        (["apply", "--yess"], "没有选项 --yess。是不是 --yes？"),
        (["import", "orders"], "缺少 FILE"),
        (["check", "nowhere"], "DIR 不对：nowhere 不存在"),
        ([], "还要写上命令"),
        (["user", "lst"], "没有命令 lst。是不是 list？"),
        (["records", "orders", "--format", "pdf"], "--format 不对：可以写 csv / xlsx / ndjson"),
        (["records", "orders", "--filter"], "--filter 的写法不对：要值的选项后面写上值，开关后面不写"),
        (["rollback", "x"], "N 不对：应是整数，至少 1"),
        (["serve", "--port", "99999"], "--port 不对：应是整数，1 到 65535"),
        (["simulate", "--speed", "x"], "--speed 不对：应是数字，0.01 到 100000"),
    ],
)
def test_a_wrong_call_is_told_with_what_would_be_right(mailuo: Mailuo, call: list[str], said: str) -> None:
    assert mailuo(*call).err.splitlines()[-1] == f"用法不对：{said}"


def test_a_fault_is_told_by_an_id_that_the_log_knows(
    mailuo: Mailuo, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def broken() -> None:
        raise ValueError("inside")

    module = importlib.import_module("mailuo.cli.check")
    monkeypatch.setattr(module, "broken", broken, raising=False)
    monkeypatch.setitem(COMMANDS, "broken", Entry("mailuo.cli.check", "broken", "坏", "broken"))
    outcome = mailuo("broken")
    assert outcome.code == 1
    assert "inside" not in outcome.err
    line = json.loads((home / "mailuo.log").read_text("utf-8"))
    assert line["trace"] in outcome.err
    assert "inside" in line["fault"]


def test_a_wrong_setting_is_refused(mailuo: Mailuo, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILUO_TIMEZONE", "Mars/Olympus")
    outcome = mailuo("check", workspace)
    assert outcome.code == 1
    assert "MAILUO_TIMEZONE" in outcome.err


def test_a_host_that_others_reach_needs_an_address_and_a_secret(mailuo: Mailuo, workspace: Path) -> None:
    outcome = mailuo("serve", "--workspace", workspace, "--host", "192.0.2.7")
    assert outcome.code == 1
    assert "MAILUO_BASE_URL" in outcome.err
    assert "MAILUO_SECRET_KEY" in outcome.err


def test_a_backup_brings_everything_back(mailuo: Mailuo, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mailuo("user", "add", "陈工", "--role", "nurse")
    assert mailuo("backup", "all.zip").code == 0
    assert mailuo("backup", "all.zip").code == 1
    assert mailuo("restore", "all.zip").code == 1
    monkeypatch.setenv("MAILUO_HOME", "another")
    assert mailuo("restore", "all.zip").code == 0
    assert mailuo("user", "list").out == "陈工\tnurse\n"
    assert mailuo("apply", published, "--yes").last == "没有变化：现行版本是 1"


def test_what_is_no_backup_is_refused(mailuo: Mailuo) -> None:
    Path("no.zip").write_text("no", "utf-8")
    assert mailuo("restore", "no.zip").code == 1


@pytest.mark.usefixtures("published")
def test_the_doctor_finds_a_fresh_installation_well_and_tells_no_secret(
    mailuo: Mailuo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILUO_SECRET_KEY", "canary-of-the-secret")
    outcome = mailuo("doctor")
    assert outcome.code == 0
    assert outcome.last == "一切正常"
    assert "canary" not in outcome.out


def test_a_process_speaks_the_language_of_its_environment(tmp_path: Path) -> None:
    environment = {**os.environ, "MAILUO_LANG": "en", "MAILUO_HOME": str(tmp_path / "home")}
    call = [sys.executable, "-m", "mailuo", "doctor"]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "No workspace has been published" in done.stderr
