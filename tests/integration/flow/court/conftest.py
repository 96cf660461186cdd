"""The laboratory with a court: an arbitration, tickets, and the door of disputes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailuo.flow.dispute_list import Disputed
from mailuo.flow.disputes import Disputes, Proof, Verdict
from mailuo.flow.intake import Told
from mailuo.records.actor import SYSTEM, Actor
from mailuo.storage import system
from mailuo.storage.engine import Store
from tests.integration.flow.conftest import FOLDER, NOW, Laboratory, opened, person

HERE = Path(__file__).parent
NURSE, HEAD = person("nurse"), person("head")


def at(hours: float) -> datetime:
    """The moment so many hours after nine in the morning."""
    return NOW + timedelta(hours=hours)


@dataclass
class Court:
    """A laboratory, and the disputes in it."""

    laboratory: Laboratory
    disputes: Disputes

    def drawn(self, **values: object) -> str:
        """The number of a request that waits to be shipped."""
        request = self.laboratory.request(**values)
        for node, source in (("ordered", "desk"), ("checked", "automation"), ("drawn", "lab")):
            self.laboratory.say(request, node, source)
        return request

    def shipped(self, request: str, source: str, hours: float, **more: Any) -> None:
        """A source says that the request was shipped so many hours after nine; it is heard now."""
        self.laboratory.say(request, "shipped", source, at=at(hours), **more)

    def contradicted(self, **values: object) -> str:
        """The number of a request of which the lab and the carrier say different things; their ticket is made."""
        request = self.drawn(**values)
        self.laboratory.move(hours=6)
        self.shipped(request, "lab", 1)
        self.shipped(request, "carrier", 5)
        self.laboratory.settle()
        return request

    def open(self, **wanted: Any) -> list[dict[str, Any]]:
        """The disputes that are not over, as the system sees them."""
        return list(self.disputes.page(SYSTEM, Disputed(unresolved=True, **wanted))[0])

    def tickets(self) -> list[tuple[str, str]]:
        """The tickets: about which request, and how they stand."""
        return [(row["request"], row["state"]) for row in self.laboratory.rows("tickets")]

    def prove(self, hours: float, by: Actor = NURSE, dispute: str | None = None, **more: Any) -> dict[str, Any]:
        """The dispute after a photo that proves this hour."""
        photo = self.laboratory.file("a.jpg", "image/jpeg", by.roles[0])
        return self.disputes.evidence(by, dispute or self.open()[0]["id"], Proof(at(hours), photo, **more))

    def judge(self, verdict: str, by: Actor = HEAD, dispute: str | None = None) -> dict[str, Any]:
        """The dispute after a review."""
        judged = self.disputes.review(by, dispute or self.open()[0]["id"], Verdict(verdict))
        self.laboratory.settle()
        return judged

    def node(self, request: str, node: str = "shipped") -> dict[str, Any]:
        """How a node stands."""
        nodes: Any = self.laboratory.flow.timeline(SYSTEM, "requests", request)["nodes"]
        return next(each for each in nodes if each["id"] == node)

    def events(self, *kinds: str) -> list[tuple[str, str, bool]]:
        """The lines of the outbox of these kinds: kind, node, and whether rules hear of it for the first time."""
        table = system.outbox
        query = select(table.c.kind, table.c.detail).where(table.c.kind.in_(kinds)).order_by(table.c.id)
        with self.laboratory.store.read() as connection:
            return [(row.kind, row.detail["node"], row.detail.get("first", False)) for row in connection.execute(query)]


def told(request: str, source: str, hours: float, heard: float) -> Told:
    """A line of an import."""
    return Told(request, "shipped", at(hours), source, at(heard))


@pytest.fixture
def court(store: Store) -> Court:
    """The laboratory with its court, empty, at nine in the morning."""
    paths = [*FOLDER.glob("*.yaml"), *HERE.glob("*.yaml")]
    laboratory = opened(store, {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(paths)})
    return Court(laboratory, Disputes(store, laboratory.in_force, laboratory.clock, laboratory.records))
