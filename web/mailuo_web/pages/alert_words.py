"""An alert in words: how late it is, what it waits for, who was told, who knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from mailuo.metadata.model import (
    Alert,
    DueBy,
    EarlierThan,
    FromTo,
    NoNewsFrom,
    RestingAt,
    WaitingFor,
)
from mailuo.records import Running
from mailuo_web.pages.told import AlertTold
from mailuo_web.texts import Say
from mailuo_web.texts.times import age, exact, short, since

TONES = {"red": "red", "orange": "org", "green": "grn"}


@dataclass(frozen=True, slots=True)
class Told:
    """A message that an alert sent: by what way, to which role or person."""

    via: str
    whom: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert as the wall, the list and the record's banner show it; `fold` stands for those left out."""

    id: str = ""
    rule: str = ""
    level: str = ""
    tone: str = ""
    key: str = ""
    href: str = ""
    title: str = ""
    age: str = ""
    exact: str = ""
    side: str = ""
    told: str = ""
    known: str = ""
    knower: str = ""
    because: str = ""
    state: str = ""
    state_text: str = ""
    acknowledgeable: bool = False
    fold: str = ""


def node_of(alert: Alert) -> str | None:
    """The node against which an alert's clock runs."""
    match alert.when:
        case WaitingFor(node=node) | RestingAt(node=node) | EarlierThan(node=node):
            return node
        case FromTo(to=node) | DueBy(until=node):
            return node
        case NoNewsFrom(until=node):
            return node
    return None


@dataclass(frozen=True)
class AlertWords:
    """Writes alerts in one language; `values` holds what is known of their records, by (table, record)."""

    running: Running
    say: Say
    now: datetime
    values: Mapping[tuple[str, str], Mapping[str, object]]
    messages: Mapping[str, Sequence[Told]]
    may_acknowledge: bool = True

    def row(self, alert: AlertTold) -> AlertRow:
        """The alert as a row."""
        declared = self.running.manifest.alerts.get(alert.rule)
        zone, language = self.running.zone, self.say.language
        return AlertRow(
            id=alert.id,
            rule=alert.rule,
            level=alert.level,
            tone=TONES.get(alert.level, ""),
            key=alert.record,
            href=f"/tables/{alert.table}/records/{quote(alert.record, safe='')}",
            title=declared.title if declared else alert.rule,
            age=self._age(alert, declared),
            exact=exact(alert.opened_at, zone),
            side=self._side(alert, declared)
            or self.say("alerts.opened", at=short(alert.opened_at, self.now, zone, language)),
            told=self._told(alert),
            known=self._known(alert),
            knower=self.say("wall.known", who=alert.acknowledged_by) if alert.acknowledged_by else "",
            because=alert.because,
            state=alert.state,
            state_text=self._state(alert),
            acknowledgeable=self.may_acknowledge and alert.state == "open",
        )

    def _age(self, alert: AlertTold, declared: Alert | None) -> str:
        """How far beyond its limit it is; for a promise at risk how long it has been open; for green how early."""
        language = self.say.language
        until = alert.resolved_at or self.now
        if declared and isinstance(declared.when, EarlierThan):
            early = self._early(alert, declared.when)
            return self.say("wall.early", age=age(early, language)) if early is not None else ""
        if declared and isinstance(declared.when, DueBy):
            return self.say("wall.open_for", age=age(until - alert.opened_at, language))
        return self.say("wall.over", age=age(until - alert.due_at, language))

    def _side(self, alert: AlertTold, declared: Alert | None) -> str:
        """How long it has waited in all, or what is left until the promise."""
        if declared is None or alert.resolved_at:
            return ""
        say, language = self.say, self.say.language
        if isinstance(declared.when, EarlierThan):
            at = self._value(alert, declared.when.node)
            title = self._title(alert, declared.when.node)
            return say("wall.reached", node=title, age=since(self.now - at, language)) if at else ""
        if isinstance(declared.when, DueBy):
            promised = self._promised(alert, declared.when.due_by.reads)
            if promised is None:
                return ""
            key = "wall.left" if promised > self.now else "wall.past"
            return say(key, age=age(abs(promised - self.now), language))
        if declared.calendar:
            return ""
        return say("wall.waited", age=age(self.now - alert.due_at + declared.when.longer_than, language))

    def _early(self, alert: AlertTold, when: EarlierThan) -> timedelta | None:
        at, promised = self._value(alert, when.node), self._promised(alert, when.earlier_than.reads)
        return promised - at if at and promised else None

    def _promised(self, alert: AlertTold, reads: frozenset[tuple[str, ...]]) -> datetime | None:
        """The one moment that a promise's formula reads."""
        moments = [found for path in reads if (found := self._value(alert, ".".join(path)))]
        return moments[0] if len(moments) == 1 else None

    def _value(self, alert: AlertTold, name: str) -> datetime | None:
        value = self.values.get((alert.table, alert.record), {}).get(name)
        return value if isinstance(value, datetime) else None

    def _title(self, alert: AlertTold, node: str) -> str:
        flow = self.running.manifest.tables[alert.table].flow
        return flow.nodes[node].title if flow else node

    def _told(self, alert: AlertTold) -> str:
        """By what way whom: 企微 销售主管、设计师."""
        by_way: dict[str, list[str]] = {}
        for one in self.messages.get(alert.id, ()):
            by_way.setdefault(one.via, []).append(self._whom(one.whom))
        return "；".join(
            f"{self.say.title(f'via.{via}', via)} {self.say('line.and').join(names)}" for via, names in by_way.items()
        )

    def _whom(self, whom: str) -> str:
        role = self.running.manifest.roles.get(whom)
        return role.title if role else self.say.title(f"via.{whom}", whom)

    def _known(self, alert: AlertTold) -> str:
        if not alert.acknowledged_by:
            return ""
        known = self.say("wall.known", who=alert.acknowledged_by)
        return f"{known}：{alert.note}" if alert.note else known

    def _state(self, alert: AlertTold) -> str:
        text = self.say(f"alerts.state.{alert.state}")
        if not alert.resolved_at:
            return text
        at = short(alert.resolved_at, self.now, self.running.zone, self.say.language)
        return " ".join(part for part in (self.say("alerts.resolved", at=at), self._because(alert)) if part)

    def _because(self, alert: AlertTold) -> str:
        """Why it is no longer open."""
        return self.say.title(f"because.{alert.resolved_because}", alert.resolved_because)
