"""A backup brings back the whole system: records, trash, counters and files."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, make_url, select, text

from mailuo.base.problems import Refusal
from mailuo.storage import backup, counters, system
from mailuo.storage.depot import Depot
from mailuo.storage.engine import Store
from mailuo.storage.files import Files
from mailuo.storage.folder import Folder

NOW = datetime(2026, 1, 15, tzinfo=UTC)
VISIT = """
table: visit
title: 就诊
fields:
  remark: {title: 备注, type: text, unique: true}
  fee: {title: 费用, type: money}
flow: {nodes: {seen: {title: 已就诊, by: [automation]}}}
"""


def _emptied(url: str, tmp_path: Path) -> str:
    if make_url(url).get_backend_name() == "sqlite":
        return f"sqlite:///{tmp_path}/again/mailuo.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


def test_what_was_saved_comes_back(
    workspace, open_workspace, database_url: str, tmp_path: Path, depot: Depot
) -> None:
    store, target = workspace.store, tmp_path / "backup.zip"
    workspace.publish(VISIT)
    workspace.add("visit", {"remark": "早", "fee": 1}, {"remark": None, "fee": None}, status="seen")
    workspace.publish(VISIT.replace("  fee: {title: 费用, type: money}\n", ""))
    store.write(lambda connection: counters.take(connection, "visit", "", 7))
    event = {"at": NOW, "kind": "created", "state": "pending"}
    store.write(lambda connection: connection.execute(insert(system.outbox).values(event)))
    file = Files(store, depot).add("a.txt", io.BytesIO(b"content"), by="p", now=NOW, most=100)
    backup.save(store, depot, target)
    store.close()

    depot.remove(file.key)
    url = _emptied(database_url, tmp_path)
    backup.restore(url, tmp_path / "again", depot, target)
    with open_workspace(url, tmp_path / "again") as again:
        assert again.values("visit", "remark", "status") == [("早", "seen"), (None, "seen")]
        assert again.store.write(lambda connection: counters.take(connection, "visit", "")) == 8
        again.store.write(lambda connection: connection.execute(insert(system.outbox).values(event)))
        with Files(again.store, depot).open(file) as content:
            assert content.read() == b"content"
        again.publish(VISIT)
        assert again.values("visit", "fee") == [(1,), (None,)]
        with pytest.raises(Refusal) as refused:
            backup.restore(url, tmp_path / "again", depot, target)
        assert refused.value.code == "conflict"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # a SQLite file gets its columns when it is opened
def test_a_backup_of_an_older_program_comes_back_without_what_came_later(
    workspace, open_workspace, database_url: str, tmp_path: Path, depot: Depot
) -> None:
    store, now, older = workspace.store, tmp_path / "now.zip", tmp_path / "older.zip"
    workspace.publish(VISIT)
    line = {"automation": "a", "step": "do.0", "record": "r\t1", "row": "x", "table": "t", "run": "1", "deed": "d"}
    store.write(lambda connection: connection.execute(insert(system.made), [line, {**line, "row": "y"}]))
    backup.save(store, depot, now)
    store.close()
    with zipfile.ZipFile(now) as source, zipfile.ZipFile(older, "w") as target:
        for name in source.namelist():
            lines = source.read(name).splitlines(keepends=True)
            cut = name == "tables/made"
            target.writestr(name, b"".join(each.rpartition(b"\t")[0] + b"\n" if cut else each for each in lines))
    url = _emptied(database_url, tmp_path)
    backup.restore(url, tmp_path / "again", depot, older)
    with open_workspace(url, tmp_path / "again") as again, again.store.read() as connection:
        made = system.made.c
        assert connection.execute(select(made.record, made.row, made.deed)).all() == [("r\t1", "x", None), ("r\t1", "y", None)]


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes | None) -> None:
    source = tmp_path / "backup.zip"
    if content is None:
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("other", "x")
    else:
        source.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        backup.restore(f"sqlite:///{tmp_path}/m.db", tmp_path, Folder(tmp_path / "files"), source)
    assert refused.value.code == "invalid"
    assert not (tmp_path / "m.db").exists()


def test_a_backup_of_another_kind_of_database_is_refused(store: Store, tmp_path: Path) -> None:
    backup.save(store, Folder(tmp_path / "files"), tmp_path / "backup.zip")
    other = "postgresql://h/d" if store.dialect == "sqlite" else f"sqlite:///{tmp_path}/m.db"
    with pytest.raises(Refusal) as refused:
        backup.restore(other, tmp_path, Folder(tmp_path / "files"), tmp_path / "backup.zip")
    assert refused.value.code == "invalid"


def test_home_and_backup_are_their_owners_alone(tmp_path: Path) -> None:
    store, target = Store.open(f"sqlite:///{tmp_path}/home/mailuo.db", tmp_path / "home"), tmp_path / "backup.zip"
    backup.save(store, Folder(tmp_path / "files"), target)
    store.close()
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "home", target)] == [0o700, 0o600]
