"""Files: kept by content, known by rows, removed when nobody holds them."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from mailuo.base.s3_address import S3Address
from mailuo.storage import files
from mailuo.storage.depot import Depot
from mailuo.storage.engine import Store
from mailuo.storage.faults import FilesAway, StoreAway
from mailuo.storage.files import Files, StoredFile, TooLarge
from mailuo.storage.folder import Folder
from mailuo.storage.messages import FOLDER_AWAY

NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
Kept = Callable[[], set[str]]
PDF = b"%PDF-1.7\n" + b"x" * 600_000


@pytest.fixture
def folder(store: Store, depot: Depot) -> Files:
    """The files of a new store, once in a folder, once in a bucket."""
    return Files(store, depot)


@pytest.fixture
def keys_in(place: Path | S3Address, request: pytest.FixtureRequest) -> Kept:
    """Tells under which keys bytes are kept, whole or half."""
    if isinstance(place, Path):
        return lambda: {path.name for path in place.rglob("*") if path.is_file()}
    return lambda: {name.rpartition("/")[2] for name in request.getfixturevalue("s3").objects}


def _add(folder: Files, content: bytes = PDF, most: int = 1_000_000) -> StoredFile:
    return folder.add("报告.pdf", io.BytesIO(content), by="p1", now=NOW, most=most)


def test_a_file_comes_back_as_it_went_in(store: Store, folder: Files) -> None:
    stored = _add(folder)
    with store.read() as connection:
        assert files.find(connection, [stored.id, "unknown"]) == {stored.id: stored}
    with folder.open(stored) as content:
        assert content.read() == PDF
    assert (stored.size, stored.type) == (len(PDF), "application/pdf")
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()


def test_what_reads_a_path_gets_the_same_bytes(folder: Files) -> None:
    with folder.local(_add(folder)) as path:
        assert path.read_bytes() == PDF


def test_a_file_is_read_from_the_middle_and_there_and_back(folder: Files) -> None:
    with folder.open(_add(folder), 4) as content:
        assert (content.tell(), content.read(5)) == (4, PDF[4:9])
        assert (content.seek(-3, 2), content.read()) == (len(PDF) - 3, b"xxx")
        assert (content.seek(1), content.read(3)) == (1, b"PDF")
        assert (content.seek(len(PDF) + 5), content.read()) == (len(PDF) + 5, b"")


def test_an_empty_file_is_a_file(folder: Files) -> None:
    stored = _add(folder, b"")
    with folder.open(stored) as content:
        assert (stored.size, content.read()) == (0, b"")


def test_a_file_that_is_too_large_leaves_nothing(store: Store, depot: Depot, keys_in: Kept) -> None:
    with pytest.raises(TooLarge):
        _add(Files(store, depot), most=len(PDF) - 1)
    assert keys_in() == set()


def test_what_a_sweep_could_not_remove_is_nobodys_until_the_next_one_does(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Files(store, Folder(tmp_path / "files"))
    stored = _add(folder)

    def away(*_: object) -> None:
        raise FilesAway(FOLDER_AWAY(folder="files"))

    with monkeypatch.context() as patch, pytest.raises(StoreAway):
        patch.setattr(Folder, "remove", away)
        folder.sweep(NOW + timedelta(hours=25))
    with store.read() as connection:
        assert files.find(connection, [stored.id]) == {}
    assert folder.sweep(NOW + timedelta(hours=25)) == 1
    with pytest.raises(FileNotFoundError):
        folder.open(stored)
    assert folder.sweep(NOW + timedelta(hours=25)) == 0


def test_after_a_day_only_what_somebody_holds_is_left(store: Store, folder: Files, keys_in: Kept) -> None:
    held, alone = _add(folder), _add(folder)
    store.write(lambda connection: files.attach(connection, held.id, "ticket", "r1", "field:report"))
    assert folder.sweep(NOW + timedelta(hours=24)) == 0
    assert folder.sweep(NOW + timedelta(hours=24, seconds=1)) == 1
    assert keys_in() == {held.key}
    with pytest.raises(FileNotFoundError):
        folder.open(alone)


def test_a_file_knows_where_it_hangs(store: Store, folder: Files) -> None:
    stored = _add(folder)
    for place in ("field:report", "claim:c1", "field:report"):
        store.write(partial(files.attach, file_id=stored.id, table="ticket", record="r1", place=place))
    store.write(lambda connection: files.detach(connection, stored.id, "r1", "claim:c1"))
    with store.read() as connection:
        assert files.uses(connection, stored.id) == (("ticket", "r1", "field:report"),)
