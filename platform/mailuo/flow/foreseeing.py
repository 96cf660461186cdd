"""Foreseeing: what a verdict would change in a record's line, its clocks and alerts, and what it would not."""

from dataclasses import replace
from datetime import datetime

from mailuo.base.moments import format_moment
from mailuo.flow.claim import Claim
from mailuo.flow.clocks import AUTO, GRACE
from mailuo.flow.episode import Plan, Run
from mailuo.flow.following import Following
from mailuo.flow.gathering import Gathered
from mailuo.flow.state import NodeState, Timeline
from mailuo.flow.view import Reading

Json = dict[str, object]


def foreseen(reading: Reading, following: Following, record: Gathered, verdict: Claim) -> Json:
    """`{at, status, nodes, unchanged, alerts, clocks}` as this claim would leave them. Reads only."""
    decided = replace(record, claims=[*record.claims, verdict], disputes=[])
    before = reading.timeline(record)
    after, judgement = reading.judged(decided)
    plan = following.plan(decided, after, judgement)
    told = _Telling(reading, before, after)
    return {
        "at": told.moment(verdict.at),
        "status": {"before": before.status, "after": after.status},
        "disputed": {"before": before.disputed, "after": after.disputed},
        "nodes": told.changed(),
        "unchanged": told.unchanged(),
        "alerts": told.alerts(record, plan),
        "clocks": told.clocks(plan),
    }


class _Telling:
    """Two timelines of one record, side by side."""

    def __init__(self, reading: Reading, before: Timeline, after: Timeline) -> None:
        self._reading = reading
        self._pairs = list(zip(reading.course.line.nodes, before.nodes, after.nodes, strict=True))

    def changed(self) -> list[Json]:
        """The nodes that would stand otherwise."""
        return [
            {"id": node.id, "title": node.title, "before": self._standing(old), "after": self._standing(new)}
            for node, old, new in self._pairs
            if _told(old) != _told(new)
        ]

    def unchanged(self) -> list[Json]:
        """The nodes that would stand as they do."""
        return [
            {"id": node.id, "title": node.title, **self._standing(new)}
            for node, old, new in self._pairs
            if _told(old) == _told(new)
        ]

    def alerts(self, record: Gathered, plan: Plan) -> Json:
        """The alerts that would open and end at once, and those that would stay."""
        ended = {each.alert for each in plan.resolves}
        stay = [each for each in record.episodes if each.alert is not None and each.alert.open and each.alert.id not in ended]
        opening = [each for each in plan.clocks if self._is_alert(each.rule) and each.run is Run.PENDING]
        return {
            "open": [
                {**self._rule(each.rule), "due_at": self.moment(each.due_at)}
                for each in opening
                if each.due_at <= self._reading.now
            ],
            "resolve": [
                {"id": each.alert, **self._rule(each.rule), "because": each.because.value} for each in plan.resolves
            ],
            "stay": [{"id": each.alert.id, **self._rule(each.rule)} for each in stay if each.alert is not None],
        }

    def clocks(self, plan: Plan) -> list[Json]:
        """The clocks that would run on, and until when."""
        return [
            {**self._rule(each.rule), "due_at": self.moment(each.due_at)}
            for each in plan.clocks
            if self._is_alert(each.rule) and each.run is Run.PENDING and each.due_at > self._reading.now
        ]

    def moment(self, at: datetime | None) -> str | None:
        """A moment as the API writes it."""
        return None if at is None else format_moment(at, self._reading.running.zone)

    def _standing(self, state: NodeState) -> Json:
        return {"state": state.state.value, "at": self.moment(state.at), "source": state.source}

    def _rule(self, rule: str) -> Json:
        known = self._reading.course.rules.get(rule)
        return {"rule": rule, "title": known.title if known else rule, "level": known.level if known else None}

    def _is_alert(self, rule: str) -> bool:
        return not rule.startswith((AUTO, GRACE))


def _told(state: NodeState) -> object:
    """What people see of a node: its state, time and source, and those of its parts."""
    return state.state, state.at, state.source, state.held, tuple((part, _told(each)) for part, each in state.parts)
