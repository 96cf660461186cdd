"""Files as people hand them in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mailuo.base.problems import Refusal
from mailuo.exchange.opening import look_at, opened

Rows = list[tuple[int, list[object]]]


class Dropped:
    """One file that was dropped in."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[list[str], Rows]:
        """The header, and the rows with their numbers."""
        with opened(self.path, look_at(self.path).head) as source:
            rows = [(row.number, list(row.cells)) for row in source.rows()]
            assert source.total == len(rows)
            return list(source.headers), rows

    def refused(self) -> str:
        """The code with which the file is refused."""
        with pytest.raises(Refusal) as refusal:
            self.read()
        return refusal.value.code


@pytest.fixture
def drop(tmp_path: Path) -> Callable[..., Dropped]:
    """Drops a file with these bytes, or this text, under a name."""

    def put(content: bytes | str, name: str = "orders.csv") -> Dropped:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Dropped(path)

    return put
