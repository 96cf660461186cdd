"""Opening an application: the first start, later ones, and what is refused."""

import stat
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailuo.app import Application, opened
from mailuo.app.application import secret_of
from mailuo.base.problems import Refusal
from mailuo.base.settings import Settings


def test_an_empty_home_without_a_workspace_is_refused(settings: Settings) -> None:
    with pytest.raises(Refusal) as refusal, opened(settings):
        pass
    assert refusal.value.code == "nothing_published"


def test_a_folder_without_declarations_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Refusal), opened(settings, workspace=tmp_path / "empty"):
        pass


def test_a_wrong_workspace_publishes_nothing(settings: Settings, workspace: Path) -> None:
    (workspace / "tables" / "requests.yaml").write_text("table: requests\nfields: 1\n", "utf-8")
    with pytest.raises(Refusal), opened(settings, workspace=workspace):
        pass
    with pytest.raises(Refusal) as refusal, opened(settings):
        pass
    assert refusal.value.code == "nothing_published"


def test_a_later_start_serves_the_revision_in_force(settings: Settings, workspace: Path) -> None:
    with opened(settings, workspace=workspace):
        pass
    (workspace / "tables" / "points.yaml").unlink()
    with opened(settings, workspace=workspace) as application:
        assert "points" in application.in_force.current.manifest.tables
        assert application.in_force.current.number == 1


def test_a_password_that_was_made_up_is_told_once(settings: Settings, workspace: Path) -> None:
    bare = replace(settings, admin_password=None)
    with opened(bare, serving=True, workspace=workspace) as application:
        password = application.admin_password
        assert password is not None
        assert application.accounts.sign_in("admin", password, "192.0.2.1")
    with opened(bare, serving=True) as application:
        assert application.admin_password is None


def test_a_command_makes_no_admin(settings: Settings, workspace: Path) -> None:
    with opened(settings, workspace=workspace) as application:
        assert application.accounts.people() == []


def test_a_second_server_on_the_same_home_is_refused(application: Application, settings: Settings) -> None:
    if application.store.dialect != "sqlite":
        pytest.skip("PostgreSQL takes any number of servers")
    with pytest.raises(Refusal) as refusal, opened(settings, serving=True):
        pass
    assert refusal.value.code == "already_served"


def test_a_command_works_beside_a_server_which_sees_it_at_once(application: Application, settings: Settings) -> None:
    with opened(settings) as command:
        secret = command.accounts.add_token("x", ["nurse"])
    assert application.accounts.by_token(secret) is not None


def test_the_secret_is_made_once_and_is_its_owners_alone(settings: Settings) -> None:
    first = secret_of(settings)
    assert secret_of(settings) == first
    assert stat.S_IMODE((settings.home / "secret").stat().st_mode) == 0o600


def test_a_secret_that_is_given_is_taken(settings: Settings) -> None:
    assert secret_of(replace(settings, secret_key="given")) != secret_of(settings)


def test_a_workspace_that_names_no_zone_is_in_that_of_the_settings(settings: Settings, workspace: Path) -> None:
    (workspace / "tables" / "workspace.yaml").write_text(
        "workspace: 检验所\nsources: {desk: 前台, carrier: 冷链, lab: 检验}\n", "utf-8"
    )
    with opened(replace(settings, timezone=ZoneInfo("Europe/Paris")), workspace=workspace) as application:
        assert application.in_force.current.zone.key == "Europe/Paris"
