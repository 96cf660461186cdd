"""The same commands on PostgreSQL: publishing, people, backup and return, and several serving processes."""

from pathlib import Path

import pytest

from tests.databases import PostgresDatabases
from tests.integration.cli.conftest import Mailuo
from tests.integration.cli.test_serving import served

ROWS = "clinic,asked_at,remark\nN,2026-01-15T09:00+08:00,一\n"


@pytest.fixture(autouse=True)
def _database(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names a PostgreSQL database."""
    monkeypatch.setenv("MAILUO_DATABASE_URL", postgres_url)


def test_a_backup_brings_everything_back_into_another_database(
    mailuo: Mailuo, workspace: Path, postgres_databases: PostgresDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mailuo("apply", workspace, "--yes").last == "已发布版本 1"
    assert mailuo("user", "add", "陈工", "--role", "nurse").code == 0
    Path("in.csv").write_text(ROWS, "utf-8")
    assert mailuo("import", "requests", "in.csv").code == 0
    assert mailuo("backup", "all.zip").code == 0
    assert mailuo("restore", "all.zip").code == 1
    with postgres_databases.one() as other:
        monkeypatch.setenv("MAILUO_DATABASE_URL", other)
        assert mailuo("restore", "all.zip").code == 0
        assert mailuo("user", "list").out == "陈工\tnurse\n"
        assert "一" in mailuo("records", "requests", "--fields", "remark").out
        assert mailuo("apply", workspace, "--yes").last == "没有变化：现行版本是 1"
        assert mailuo("doctor").code == 0


def test_several_processes_serve_one_database(mailuo: Mailuo, workspace: Path) -> None:
    assert mailuo("apply", workspace, "--yes").code == 0
    with served("--processes", "2") as server:
        assert {server.get("/readyz")["status"] for _ in range(20)} == {"ok"}
        _, log = server.end()
    assert log == ""
