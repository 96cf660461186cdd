"""An installation: the application on an empty home with a laboratory's workspace, once on each kind of database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailuo.app import Application
from mailuo.base.clock import SetClock
from mailuo.base.settings import Settings
from mailuo.metadata import read_folder, write_folder

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)  # 09:00 in Shanghai
LABORATORY = Path(__file__).parents[1] / "flow" / "laboratory"
MEMOS = """\
table: memos
title: 备忘
fields:
  text: {title: 内容, type: text}
  tone: {title: 口气, type: choice, options: {kind: 和气, stern: 严厉}}
  by: {title: 谁, type: text}
"""
PASSWORD = "the admin's password"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The folder of the laboratory's workspace."""
    folder = tmp_path / "laboratory"
    files = {f"tables/{path.name}": path.read_text("utf-8") for path in LABORATORY.glob("*.yaml")}
    files["tables/memos.yaml"] = MEMOS
    write_folder(folder, files)
    return folder


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of an installation."""
    found = Settings.from_environment({"MAILUO_HOME": str(tmp_path / "home"), "MAILUO_DATABASE_URL": database_url})
    return replace(found, admin_password=PASSWORD)


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands still until it is moved."""
    return SetClock(NOW)


@pytest.fixture
def application(settings: Settings, workspace: Path, clock: SetClock) -> Iterator[Application]:
    """The application as a server opens it first."""
    found = Application.open(settings, serving=True, workspace=workspace, clock=clock)
    yield found
    found.close()


@pytest.fixture
def files(workspace: Path) -> dict[str, str]:
    """The declarations that are running."""
    return read_folder(workspace)


@pytest.fixture
def changed(files: dict[str, str]) -> Callable[[str, str, str], dict[str, str]]:
    """The declarations with a text in one table replaced."""

    def change(table: str, old: str, new: str) -> dict[str, str]:
        name = f"tables/{table}.yaml"
        assert old in files[name]
        return {**files, name: files[name].replace(old, new)}

    return change
