"""Subjects: what messages about a rule's alerts tell of each record, as far as each receiver may know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, literal, select

from mailuo.base.moments import format_moment, moment
from mailuo.base.problems import Language
from mailuo.flow.telling import Fact, promise, sentence
from mailuo.formulas import Formula, Template
from mailuo.metadata.model import Alert, Cause, EarlierThan
from mailuo.records.actor import Actor
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage.declared import DeclaredTable

Path = tuple[str, ...]


@dataclass(frozen=True)
class Subjects:
    """Reads, in one query, what the messages of one rule say."""

    connection: Connection
    running: Running
    rule: Alert
    now: datetime
    base_url: str

    def of(self, records: Sequence[str], alerts: Mapping[str, str], starts: Mapping[str, datetime]) -> list["Subject"]:
        """A subject for each record, given its alert's id and when its clock started."""
        rows = {row[0]: row for row in self.connection.execute(self._query.where(self._declared.id.in_(records)))}
        return [
            Subject(self, record, alerts[record], starts[record], rows[record]) if record in rows
            else Subject(self, record, alerts[record], starts[record], None)
            for record in records
        ]  # fmt: skip

    @property
    def language(self) -> Language:
        """The language in which the workspace speaks first."""
        return "en" if self.running.manifest.workspace.languages[:1] == ("en",) else "zh"

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """What the rule's own texts name."""
        notifies = (*self.rule.notify, *(each for step in self.rule.escalate for each in step.notify))
        templates = (template for each in notifies for template in (each.text, each.subject, *each.users) if template)
        return tuple(sorted({path for template in templates for path in template.reads}))

    @property
    def _declared(self) -> DeclaredTable:
        return self.running.tables[self.rule.on]

    @cached_property
    def _query(self) -> Any:
        reach = Reach.of(self.running, self.rule.on, self.running.context(self.now))
        causes = [reach.formula(cause.when) for cause in self.rule.because]
        promised = reach.formula(self.rule.when.earlier_than) if isinstance(self.rule.when, EarlierThan) else literal(None)
        named = [reach.column(path) for path in self.paths]
        columns = (self._declared.id, self.running.key_column(self.rule.on), promised, *causes, *named)
        return select(*(column.label(f"c{place}") for place, column in enumerate(columns)))


@dataclass(frozen=True)
class Subject:
    """One alert's record."""

    of: Subjects
    record: str
    alert: str
    start: datetime
    row: Row[*tuple[Any, ...]] | None

    @property
    def key(self) -> str:
        """What people call the record."""
        return str(self.row[1] or self.record) if self.row is not None else ""

    @property
    def link(self) -> str:
        """Where the record is found."""
        return f"{self.of.base_url}/tables/{self.of.rule.on}/records/{self.key}" if self.key else f"{self.of.base_url}/alerts"

    @property
    def cause(self) -> Cause | None:
        """The first suspected cause that is true."""
        if self.row is None:
            return None
        flags = self.row[3 : 3 + len(self.of.rule.because)]
        return next((cause for cause, true in zip(self.of.rule.because, flags, strict=True) if true), None)

    def text(self, template: Template | None, eyes: Actor) -> str:
        """The message, as the receiver may know it."""
        if template is not None:
            return self._rendered(template, eyes)
        cause = self.cause
        told = cause.say if cause and self._may_know(eyes, cause.when) else None
        return sentence(self.of.rule, Fact(self.key, self._lasted if self._tells_length(eyes) else None, self.link, told), self.of.language)

    def title(self, template: Template | None, eyes: Actor) -> str:
        """The message's subject line."""
        return self._rendered(template, eyes) if template is not None else f"{self.of.rule.title} {self.key}".strip()

    def who(self, template: Template) -> str:
        """The person that a text or a field names, or `role:…`; empty when nobody is."""
        return template.render(self._held().get, str).strip()

    @property
    def _lasted(self) -> timedelta:
        if self.row is not None and isinstance(self.row[2], datetime):
            return self.row[2] - self.start
        return max(self.of.now - self.start, timedelta(0))

    def _rendered(self, template: Template, eyes: Actor) -> str:
        held = self._held()

        def value(path: Path) -> object:
            told = self.of.running.policy.told(eyes, self.of.rule.on, path, held.get(path))
            return self._shown(self.of.running.in_text(self.of.rule.on, path, told))

        return template.render(value, str)

    def _held(self) -> Mapping[Path, object]:
        """What the record holds of all that the rule's texts name."""
        offset, row = 3 + len(self.of.rule.because), self.row
        return {path: row[offset + place] for place, path in enumerate(self.of.paths)} if row is not None else {}

    def _shown(self, value: object) -> object:
        return format_moment(value, self.of.running.zone) if isinstance(value, datetime) else value

    def _tells_length(self, eyes: Actor) -> bool:
        """Whether the reader may know the moment from which the length follows; everybody if all who see the table may."""
        promised = promise(self.of.rule)
        if promised is None or eyes.roles or eyes.name:
            return promised is None or self._may_know(eyes, promised)
        everybody = [Actor("", "", (role,)) for role in self.of.running.manifest.roles]
        seeing = [each for each in everybody if self.of.running.policy.access(each).reads(self.of.rule.on)]
        return all(self._may_know(each, promised) for each in seeing)

    def _may_know(self, eyes: Actor, formula: Formula) -> bool:
        if not eyes.roles:
            return False
        return all(self.of.running.policy.may(eyes, "ask", (self.of.rule.on, *path)) for path in formula.reads)


def started(episode: str) -> datetime:
    """When the clock of an episode started."""
    return moment(int(episode.partition(".")[0]))
