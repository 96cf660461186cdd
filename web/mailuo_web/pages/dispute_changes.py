"""What a verdict would change, as rows of the reviewer's panel, and what it would not: before anything is done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailuo.base.moments import parse_moment
from mailuo.metadata.automation import Automation, OnNode
from mailuo_web.pages.dispute_axis import Beside
from mailuo_web.pages.dispute_told import GOLDEN, Case
from mailuo_web.pages.subject import Subject
from mailuo_web.texts.times import age, short

_MOST = 4
_RANK = {"red": 0, "orange": 1, "green": 2}
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class End:
    """One side of a change: a shape and words."""

    text: str
    shape: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change, or stay although one might think otherwise."""

    name: str
    before: End | None
    after: End
    about: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """All consequences of a verdict at a moment."""

    at: str
    rows: tuple[Change, ...]
    count: int
    unchanged: str


@dataclass(frozen=True)
class ChangesWriter:
    """Writes the consequences of one verdict."""

    subject: Subject
    case: Case
    told: Told
    before: Beside | None
    proved: bool

    def changes(self) -> Changes:
        """The rows, and the sentence of what stays."""
        rows = tuple(self._rows())
        return Changes(self._short(self.told["at"]), rows, len(rows), self._unchanged())

    def _rows(self) -> Iterator[Change]:
        nodes = self.told["nodes"]
        yield from (self._node(node) for node in nodes if node["id"] == self.case.node)
        others = [node for node in nodes if node["id"] != self.case.node]
        yield from (self._node(node, "dispute.next") for node in others[:_MOST])
        if len(others) > _MOST:
            yield Change("", None, End(self._say("dispute.more_nodes", count=len(others) - _MOST)))
        status = self.told["status"]
        if status["before"] != status["after"]:
            yield Change(self._say("system.status"), End(self._status(status["before"])), End(self._status(status["after"])))
        yield from self._took()
        yield from self._alerts()
        yield from self._clocks()
        yield from self._ticket()
        yield from self._rules(nodes)

    def _node(self, node: Told, name: str = "dispute.node") -> Change:
        before, after = node["before"], node["after"]
        return Change(self._say(name), self._standing(before), self._standing(after), node["title"])

    def _standing(self, told: Told) -> End:
        state, at = told["state"], told.get("at")
        shape = "verdict" if told.get("source") == "verdict" else state
        words = [self._say(f"state.{state}"), self._short(at) if at and state in ("reached", "inferred") else ""]
        return End(" ".join(word for word in words if word), shape)

    def _took(self) -> Iterator[Change]:
        """How long the stretch before the node took: by the earliest other word, and by the verdict."""
        others = [word for word in self.case.standing if word.side != GOLDEN]
        at = parse_moment(self.told["at"], self.subject.zone)
        if self.before is None or at is None or not others:
            return
        first, language = min(others, key=lambda word: word.at), self.subject.say.language
        about = self._say("dispute.stretch.by", start=self.before.title, end=self.case.title, source=first.title)
        before, after = (End(age(max(moment, self.before.at) - self.before.at, language)) for moment in (first.at, at))
        yield Change(self._say("dispute.stretch"), before, after, about)

    def _alerts(self) -> Iterator[Change]:
        for kind in ("open", "resolve", "stay"):
            for alert in sorted(self.told["alerts"][kind], key=lambda one: _RANK.get(one["level"], 3)):
                level = alert["level"] or ""
                before = None if kind == "open" else End(alert["title"], level, level)
                after = alert["title"] if kind == "open" else self._say(f"dispute.alert.{kind}")
                about = self._say("dispute.alert.opens") if kind == "open" else ""
                yield Change(self._say("nav.alerts"), before, End(after, level if kind == "open" else "", level if kind == "open" else ""), about)

    def _clocks(self) -> Iterator[Change]:
        for clock in self.told["clocks"][:_MOST]:
            yield Change(self._say("dispute.clock"), None, End(clock["title"]), self._say("dispute.clock.until", at=self._short(clock["due_at"])))

    def _ticket(self) -> Iterator[Change]:
        if self.case.ticket:
            yield Change(self._say("dispute.ticket"), End(self.case.ticket), End(self._say("dispute.ticket.closed")))

    def _rules(self, nodes: list[Told]) -> Iterator[Change]:
        """The rules that would run because of it."""
        reached = {node["id"] for node in nodes if node["after"]["state"] == "reached" and node["before"]["state"] != "reached"}
        titles = [rule.title for rule in self.subject.running.manifest.automations.values() if rule.enabled and self._runs(rule, reached)]
        if titles:
            yield Change(self._say("dispute.rules"), None, End(self._say("line.and").join(titles[:3])), self._say("dispute.rules.run"))

    def _runs(self, rule: Automation, reached: set[str]) -> bool:
        on = [one for one in rule.triggers if isinstance(one, OnNode) and one.of == self.case.table]
        return any(
            one.kind == "reached" and one.node in reached or one.kind == "verdict_given" and one.node == self.case.node
            for one in on
        )

    def _unchanged(self) -> str:
        reached = sum(node["state"] == "reached" for node in self.told["unchanged"])
        return self._say("dispute.unchanged", count=reached)

    # Words

    def _say(self, key: str, **gaps: object) -> str:
        return self.subject.say(key, **gaps)

    def _status(self, status: object) -> str:
        return self.subject.shown_value("status", status) or self._say("kanban.none")

    def _short(self, text: str) -> str:
        at = parse_moment(text, self.subject.zone)
        return short(at, self.subject.now, self.subject.zone, self.subject.say.language) if isinstance(at, datetime) else ""
