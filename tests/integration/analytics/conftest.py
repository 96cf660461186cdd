"""A laboratory about which questions are asked, on either store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mailuo.analytics import Analytics
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM, Actor
from mailuo.storage.engine import Store
from tests.integration.exchange.conftest import CLINIC, LABORATORY, House, house


@dataclass
class Asked:
    """The doors, and the answers of the third."""

    house: House
    analytics: Analytics

    def rows(
        self, of: str, measure: object = "count", by: object = (), *, who: Actor = SYSTEM, **more: Any
    ) -> list[list[object]]:
        """The rows of an answer."""
        rows = self.answer(of, measure, by, who=who, **more)["rows"]
        assert isinstance(rows, list)
        return rows

    def answer(
        self, of: str, measure: object = "count", by: object = (), *, who: Actor = SYSTEM, **more: Any
    ) -> Mapping[str, Any]:
        """The whole answer."""
        return self.analytics.query(who, {"of": of, "measure": measure, "by": by, **more})

    def say(self, key: str, node: str, source: str, at: str) -> None:
        """A word about a request."""
        self.house.flow.claim(SYSTEM, "requests", key, Word(node, at=datetime.fromisoformat(at), source=source))

    def make(self, table: str, *rows: Mapping[str, object]) -> Sequence[Mapping[str, Any]]:
        """New records."""
        return [self.house.records.create(SYSTEM, table, row) for row in rows]


def _asked(store: Store, folder: Path, tmp_path: Path) -> Asked:
    made = house(store, folder, tmp_path)
    return Asked(made, Analytics(store, made.in_force, made.clock))


@pytest.fixture
def clinic(store: Store, tmp_path: Path) -> Asked:
    """The clinic, empty."""
    return _asked(store, CLINIC, tmp_path)


@pytest.fixture
def laboratory(store: Store, tmp_path: Path) -> Asked:
    """The laboratory, empty."""
    return _asked(store, LABORATORY, tmp_path)
