"""A dispute as the door tells it, read into the shapes that the pages write from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailuo.base.moments import parse_duration, parse_moment

Told = Mapping[str, Any]
OPEN, EVIDENCE, DECIDED = "open", "evidence", "decided"
GOLDEN, AUXILIARY, VERDICT = "golden", "auxiliary", "verdict"
GRACE = "grace"


@dataclass(frozen=True, slots=True)
class Word:
    """What one source said of the node."""

    source: str
    title: str
    at: datetime
    received_at: datetime | None
    side: str
    actor: str
    part: str
    note: str
    retracted: bool


@dataclass(frozen=True, slots=True)
class Photo:
    """The file that somebody handed over."""

    id: str
    name: str
    size: int

    @property
    def href(self) -> str:
        """Where the file is."""
        return f"/api/v1/files/{self.id}"


@dataclass(frozen=True, slots=True)
class Given:
    """Evidence: the time that it proves, who gave it when, and why it was turned down if it was."""

    id: str
    at: datetime
    by: str
    given_at: datetime
    note: str
    photo: Photo | None
    turned_down_by: str = ""
    turned_down_note: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict: who gave it, when, and with what remark."""

    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Rule:
    """The arbitration that a dispute follows."""

    golden: str
    golden_title: str
    tolerance: timedelta
    grace: timedelta | None
    photo: str
    assigned_to: str
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class Case:
    """One dispute."""

    id: str
    table: str
    record: str
    node: str
    title: str
    state: str
    cause: str
    opened_at: datetime
    ended_at: datetime | None
    words: tuple[Word, ...]
    history: tuple[Given, ...]
    evidence: Given | None
    ruling: Ruling | None
    rule: Rule
    ticket: str
    ticket_table: str
    part: str
    may_prove: bool
    may_review: bool

    @property
    def over(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.state not in (OPEN, EVIDENCE)

    @property
    def golden(self) -> datetime | None:
        """The golden source's time: of several parts the last, since only with it the node is reached."""
        return max((word.at for word in self.standing if word.side == GOLDEN), default=None)

    @property
    def standing(self) -> tuple[Word, ...]:
        """The words that were not taken back, without the verdict."""
        return tuple(word for word in self.words if not word.retracted and word.side != VERDICT)

    @property
    def farthest(self) -> Word | None:
        """The word that lies farthest from the golden one."""
        golden = self.golden
        others = [word for word in self.standing if word.side != GOLDEN]
        return max(others, key=lambda word: abs(word.at - golden), default=None) if golden else None


def read_case(told: Told, zone: ZoneInfo) -> Case:
    """One dispute."""
    rule, may = told["rule"], told["may"]
    verdict = told.get("verdict")
    return Case(
        id=told["id"],
        table=told["table"],
        record=str(told["record"]),
        node=told["node"],
        title=told["title"],
        state=told["state"],
        cause=told["cause"],
        opened_at=_at(told["opened_at"], zone),
        ended_at=_at(told["ended_at"], zone) if told.get("ended_at") else None,
        words=tuple(_word(one, zone) for one in told["claims"]),
        history=tuple(_given(one, zone) for one in told["history"]),
        evidence=_given(told["evidence"], zone) if told.get("evidence") else None,
        ruling=Ruling(verdict["by"], _at(verdict["at"], zone), verdict.get("note") or "") if verdict else None,
        rule=_rule(rule),
        ticket=told.get("ticket") or "",
        ticket_table=told.get("ticket_table") or "",
        part=told.get("part") or "",
        may_prove=may["evidence"],
        may_review=may["review"],
    )


def _rule(told: Told) -> Rule:
    return Rule(
        golden=told.get("golden") or "",
        golden_title=told.get("golden_title") or "",
        tolerance=parse_duration(told.get("tolerance") or "") or timedelta(0),
        grace=parse_duration(told.get("grace") or ""),
        photo=told.get("photo") or "",
        assigned_to=told.get("assigned_to") or "",
        reviewed_by=told.get("reviewed_by") or "",
    )


def _word(told: Told, zone: ZoneInfo) -> Word:
    return Word(
        source=told["source"],
        title=told["title"],
        at=_at(told["at"], zone),
        received_at=_at(told["received_at"], zone) if told.get("received_at") else None,
        side=told["side"],
        actor=told.get("actor") or "",
        part=told.get("part") or "",
        note=told.get("note") or "",
        retracted=told["state"] == "retracted",
    )


def _given(told: Told, zone: ZoneInfo) -> Given:
    file, down = told.get("file"), told.get("turned_down") or {}
    return Given(
        id=told["id"],
        at=_at(told["at"], zone),
        by=told["by"],
        given_at=_at(told["given_at"], zone),
        note=told.get("note") or "",
        photo=Photo(file["id"], file["name"], file["size"]) if file else None,
        turned_down_by=down.get("by") or "",
        turned_down_note=down.get("note") or "",
    )


def _at(text: str, zone: ZoneInfo) -> datetime:
    found = parse_moment(text, zone)
    assert found is not None, "the door tells moments that can be read"
    return found
