"""Files: kept by content, known by rows, removed when nobody holds them."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from mailuo.storage import files
from mailuo.storage.engine import Store
from mailuo.storage.files import Files, StoredFile, TooLarge

NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + b"x" * 600_000


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Files:
    """An empty folder of files."""
    return Files(store, tmp_path / "files")


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


def test_a_file_that_is_too_large_leaves_nothing(folder: Files, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        _add(folder, most=len(PDF) - 1)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_after_a_day_only_what_somebody_holds_is_left(store: Store, folder: Files) -> None:
    held, alone = _add(folder), _add(folder)
    store.write(lambda connection: files.attach(connection, held.id, "ticket", "r1", "field:report"))
    assert folder.sweep(NOW + timedelta(hours=24)) == 0
    assert folder.sweep(NOW + timedelta(hours=24, seconds=1)) == 1
    assert folder.path(held).exists()
    assert not folder.path(alone).exists()


def test_a_file_knows_where_it_hangs(store: Store, folder: Files) -> None:
    stored = _add(folder)
    for place in ("field:report", "claim:c1", "field:report"):
        store.write(partial(files.attach, file_id=stored.id, table="ticket", record="r1", place=place))
    store.write(lambda connection: files.detach(connection, stored.id, "r1", "claim:c1"))
    with store.read() as connection:
        assert files.uses(connection, stored.id) == (("ticket", "r1", "field:report"),)
