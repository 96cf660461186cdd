"""The table of connectors: how each stands, how reliable before and after trying again, how fresh, and what waits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from math import log10
from typing import Any
from zoneinfo import ZoneInfo

from mailuo.base.moments import parse_moment
from mailuo.metadata.connector import Connector
from mailuo_web.texts import Say
from mailuo_web.texts.times import exact, since

MARK = 0.99992
"""Of a hundred thousand calls eight may fail in the end."""
_WORST, _BEST = 0.015, 0.00005
_SPAN = timedelta(days=7)
_LATE, _SILENT = 4, 24
_SOON, _LONG = timedelta(minutes=15), timedelta(days=1)
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """Success before and after trying again, as places on the track in per cents."""

    before: str
    after: str
    start: str
    width: str
    good: bool


@dataclass(frozen=True, slots=True)
class ConnectorRow:
    """One connector of the table."""

    id: str
    title: str
    href: str
    state: str
    state_text: str
    tone: str
    switchable: bool
    on: bool
    way: str
    calls: str
    before: str
    after: str
    bar: Bar | None
    good: bool
    fresh: str
    fresh_text: str
    exact: str
    inbox: str
    dead: int
    tests: bool
    operations: str
    missing: tuple[str, ...]
    malformed: tuple[Told, ...]
    """The names of the environment that give no address, each with what one looks like."""


@dataclass(frozen=True, slots=True)
class Total:
    """All connectors together."""

    count: int
    calls: str
    before: str
    after: str
    bar: Bar | None
    good: bool
    inbox: str
    dead: str


@dataclass(frozen=True)
class RowWriter:
    """Writes the table for one reader."""

    declared: Mapping[str, Connector]
    now: datetime
    zone: ZoneInfo
    say: Say
    frozen: bool = False
    """Whether everything is held, so that no single connector can be let go."""

    def row(self, told: Told) -> ConnectorRow:
        """One connector."""
        success, why = told["success"], told["why"] or {}
        after, heard = success["after"], self._at(told["heard_at"])
        state = state_of(told)
        freshness = self._freshness(told, heard)
        connector = self.declared[told["id"]]
        return ConnectorRow(
            id=told["id"],
            title=told["title"],
            href=f"/connectors?connector={told['id']}",
            state=state,
            state_text=self.say(f"connector.state.{state}"),
            tone="org" if state in ("slow", "missing", "gone") else "",
            switchable=state not in ("missing", "disabled") and not self.frozen,
            on=state not in ("missing", "disabled", "held", "gone"),
            way=self._way(connector),
            calls=f"{success['calls']:,}" if success["calls"] else "—",
            before=percent(success["before"]),
            after=percent(after),
            bar=bar_of(success),
            good=after is None or after >= MARK,
            fresh=freshness,
            fresh_text=since(self.now - heard, self.say.language) if heard else self.say("connector.never"),
            exact=exact(heard, self.zone) if heard else "",
            inbox=f"{told['inbox'].get('new', 0):,}" if told["events"] else "—",
            dead=dead_of(told),
            tests=bool(told["operations"]) and state not in ("missing", "disabled"),
            operations=dumps(told["operations"], ensure_ascii=False),
            missing=tuple(why.get("missing") or ()),
            malformed=tuple(why.get("malformed") or ()),
        )

    def total(self, all_told: Sequence[Told]) -> Total:
        """The last line: every call of every connector."""
        calls = sum(told["success"]["calls"] for told in all_told)
        first, well = (sum((told["success"][when] or 0) * told["success"]["calls"] for told in all_told) for when in ("before", "after"))
        success = {"calls": calls, "before": first / calls if calls else None, "after": well / calls if calls else None}
        return Total(
            count=len(all_told),
            calls=f"{calls:,}",
            before=percent(success["before"]),
            after=percent(success["after"]),
            bar=bar_of(success),
            good=success["after"] is None or success["after"] >= MARK,
            inbox=f"{sum(told['inbox'].get('new', 0) for told in all_told):,}",
            dead=f"{sum(map(dead_of, all_told)):,}",
        )

    def _way(self, connector: Connector) -> str:
        """What comes in and what goes out, by the titles of what is declared."""
        comes = list(dict.fromkeys(event.title for event in connector.events.values()))
        asked = {poll.operation for poll in connector.polls.values()}
        goes = [one.title for one in connector.operations.values() if one.id not in asked]
        goes += [self.say("connector.mail")] if connector.kind == "mail" and not goes else []
        return "　".join(self._titles(comes, "connector.comes") + self._titles(goes, "connector.goes"))

    def _titles(self, titles: Sequence[str], key: str) -> list[str]:
        more = self.say("connector.more", count=len(titles)) if len(titles) > 1 else ""
        return [self.say(key, what=titles[0]) + more] if titles else []

    def _freshness(self, told: Told, heard: datetime | None) -> str:
        """Fresh, late or silent: against how often it usually speaks; empty for one that only takes."""
        if heard is None and not told["events"] and not told["polls"]:
            return ""
        if heard is None:
            return "silent"
        age, count = self.now - heard, told["inbox"].get("done", 0) + told["success"]["calls"]
        usual = max(_SPAN / count, _SOON / _LATE) if count else _LONG / _LATE
        if age > max(_SILENT * usual, _LONG):
            return "silent"
        return "late" if age > _LATE * usual else "fresh"

    def _at(self, text: str | None) -> datetime | None:
        return parse_moment(text, self.zone) if text else None


def state_of(told: Told) -> str:
    """How a connector stands, worst first."""
    why, after = told["why"] or {}, told["success"]["after"]
    if told["state"] == "off":
        return "disabled" if why.get("disabled") else "missing"
    if told["state"] == "held":
        return "gone" if told["switched_off"] else "held"
    return "slow" if (after is not None and after < MARK) or any(poll["error"] for poll in told["polls"]) else "on"


def ailing(all_told: Sequence[Told]) -> list[Told]:
    """The connectors that somebody should look at, worst first."""
    found = [told for told in all_told if state_of(told) == "slow" or (state_of(told) != "disabled" and dead_of(told))]
    return sorted(found, key=lambda told: (state_of(told) != "slow", told["success"]["after"] or 0, -dead_of(told)))


def dead_of(told: Told) -> int:
    """How many letters and calls are dead."""
    return int(told["inbox"].get("dead", 0) + told["queue"].get("dead", 0))


def percent(share: float | None) -> str:
    """A share to the thousandth of a per cent, never rounded up to a hundred."""
    return "—" if share is None else f"{int(share * 100_000) / 1000:.3f}%"


def bar_of(success: Told) -> Bar | None:
    """The bar from the first attempt to the end; None where nothing was called."""
    if success["before"] is None or success["after"] is None:
        return None
    before, after = place(success["before"]), place(success["after"])
    return Bar(f"{before:.1f}%", f"{after:.1f}%", f"{before:.1f}%", f"{max(after - before, 0):.1f}%", success["after"] >= MARK)


def place(share: float) -> float:
    """Where a share lies on the track, by the failures that are left: each tenth of them is as long."""
    failures = min(max(1 - share, _BEST), _WORST)
    return 100 * log10(_WORST / failures) / log10(_WORST / _BEST)


def scale() -> Iterator[tuple[str, str]]:
    """The marks above the track: what a share is called, and its place."""
    for share, text in ((0.985, "98.5"), (0.999, "99.9")):
        yield text, f"{place(share):.1f}%"
