"""Silence: sources from which nothing at all is heard. Their clocks hang on no record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from mailuo.base.moments import micros
from mailuo.flow.clock_rows import set_clocks
from mailuo.flow.ending import end_alerts
from mailuo.flow.episode import Because, Resolve
from mailuo.flow.opening import DueClock
from mailuo.flow.running_out import WALL, too_late
from mailuo.flow.subject import started
from mailuo.metadata.model import Alert, Manifest, NoNewsFrom
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

SOURCE = "source"
_CLOCK, _ALERT, _CLAIM, _INBOX = system.clock, system.alert, system.claim, system.inbox


@dataclass(frozen=True)
class Silence:
    """The clocks of silent sources, in one transaction."""

    connection: Connection
    running: Running
    now: datetime

    def start(self) -> None:
        """Starts the clock of every rule that watches a source and has none running."""
        rules = list(_watching(self.running.manifest))
        if not rules:
            return
        running = _CLOCK.c.record == "", _CLOCK.c.state == "pending"
        alive = set(self.connection.scalars(select(_CLOCK.c.rule).where(*running)))
        still_open = _ALERT.c.record == "", _ALERT.c.state != "resolved"
        alive |= set(self.connection.scalars(select(_ALERT.c.rule).where(*still_open)))
        for rule in rules:
            if rule.id not in alive:
                self._begin(rule, self._last_word(rule) or self.now)

    def spoken(self, rule: Alert, clock: DueClock) -> bool:
        """Whether the source spoke since the clock was set; then it is set anew."""
        last = self._last_word(rule)
        strikes = self._strikes(rule, max(last or started(clock.episode), started(clock.episode)))
        if strikes is None or strikes <= self.now:
            return False
        set_clocks(self.connection, [{**clock.row("pending"), "due_at": strikes, "detail": None}])
        return True

    def broken_by(self, source: str, heard_at: datetime | None = None) -> None:
        """Ends the alerts about a source that speaks again, or was heard at a moment; its clocks start anew from there."""
        since = heard_at or self.now
        rules = [
            rule for rule in _watching(self.running.manifest) if _source(rule) == source and self._lasts(rule, since)
        ]
        if not rules:
            return
        query = select(_ALERT.c.id, _ALERT.c.rule, _ALERT.c.episode)
        there = _ALERT.c.record == "", _ALERT.c.state != "resolved", _ALERT.c.rule.in_([rule.id for rule in rules])
        ended = [("", Resolve(*row, Because.NEWS)) for row in self.connection.execute(query.where(*there))]
        end_alerts(self.connection, self.running, self.now, ended)
        over = {each.rule for _, each in ended}
        for rule in rules:
            if rule.id in over:
                self._begin(rule, since)

    def _lasts(self, rule: Alert, since: datetime) -> bool:
        """Whether a word of this moment keeps the rule quiet until now."""
        strikes = self._strikes(rule, since)
        return strikes is None or strikes > self.now

    def _begin(self, rule: Alert, start: datetime) -> None:
        row = {
            "record": "", "rule": rule.id, "part": "", "episode": str(micros(start)), "kind": SOURCE,
            "table": rule.on, "due_at": self._strikes(rule, start) or start, "state": "pending", "detail": None,
        }  # fmt: skip
        insert_many(self.connection, _CLOCK, [row])

    def _strikes(self, rule: Alert, start: datetime) -> datetime | None:
        assert isinstance(rule.when, NoNewsFrom)
        counting = self.running.calendars[rule.calendar] if rule.calendar else WALL
        return too_late(start, rule.when.longer_than, counting)

    def _last_word(self, rule: Alert) -> datetime | None:
        """The last claim in the source's name, or event that came in from it."""
        source = _source(rule)
        claims = select(func.max(_CLAIM.c.received_at, type_=_CLAIM.c.received_at.type)).where(_CLAIM.c.source == source)
        heard = _INBOX.c.connector == source, _INBOX.c.state != "refused"
        events = select(func.max(_INBOX.c.received_at, type_=_INBOX.c.received_at.type)).where(*heard)
        return max((at for query in (claims, events) if (at := self.connection.scalar(query)) is not None), default=None)


def _watching(manifest: Manifest) -> Iterable[Alert]:
    for rule in manifest.alerts.values():
        if rule.enabled and isinstance(rule.when, NoNewsFrom) and rule.when.of == "source":
            yield rule


def _source(rule: Alert) -> str:
    assert isinstance(rule.when, NoNewsFrom)
    return rule.when.source
