"""Checks: what is wrong with values that are well-formed: links, people, files, what is missing, what breaks a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection

from mailuo.base.problems import Problem
from mailuo.fields import Link, User
from mailuo.formulas import Context
from mailuo.metadata.model import Field, Table, Validation
from mailuo.records.actor import Actor
from mailuo.records.attachments import Attachments
from mailuo.records.entry import Entry, Reader
from mailuo.records.links import LinkCheck, link_problems
from mailuo.records.messages import CONDITION_FAILS, NOT_VALID, RULE_FAILS, UNKNOWN_USER, UNSEEN_RULE_FAILS
from mailuo.records.policy import Sight
from mailuo.records.running import Running
from mailuo.records.values import Values

_ROLE = "role:"


@dataclass
class Checks:
    """The checks of one transaction over records of one table; `record` is the id of one that exists already."""

    connection: Connection
    running: Running
    actor: Actor
    table: Table
    context: Context
    attachments: Attachments
    record: str | None = None
    _targets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def resolve(self, entries: Sequence[dict[str, object]]) -> None:
        """Looks up all links at once, and puts keys where ids were given."""
        check = LinkCheck(self.connection, self.running, self.actor, self.context)
        self._targets = check.keys(self.table, entries)
        for name, keys in self._targets.items():
            for entry in entries:
                entry.update({name: keys[str(entry[name])]} if str(entry.get(name)) in keys else {})

    def fill(self, values: dict[str, object], problems: list[Problem]) -> None:
        """Puts the declared defaults where nothing was given, computed ones last."""
        refused = {problem.field for problem in problems}
        missing = [each for each in self.table.fields.values() if each.id not in values and each.id not in refused]
        values.update({each.id: each.default for each in missing if each.default is not None})
        for each in missing:
            if each.default_formula is not None:
                values[each.id] = self._computed(each, values)

    def missing(self, reader: Reader, entry: Entry) -> list[Problem]:
        """The required fields that are blank, but those that are refused for another reason already."""
        refused = {problem.field for problem in entry.problems}
        return [problem for problem in reader.missing(entry.values) if problem.field not in refused]

    def all(self, values: Mapping[str, object]) -> list[Problem]:
        """Everything that is wrong with a new record."""
        return self.touched(values, values)

    def touched(self, values: Mapping[str, object], changed: Mapping[str, object]) -> list[Problem]:
        """Everything that is wrong with a record in which these fields are new."""
        return [
            *self.links(changed),
            *self._people(changed),
            *self.attachments.problems(self.table, changed),
            *self._rules(values, changed),
        ]

    def links(self, values: Mapping[str, object]) -> list[Problem]:
        """The links among these values whose target is not there, or not for this actor."""
        return link_problems(self.running, self.table, values, self._targets)

    @cached_property
    def _users(self) -> Sequence[str]:
        return [each.id for each in self.table.fields.values() if isinstance(each.type, User)]

    @cached_property
    def _ruled(self) -> Sequence[Field]:
        return [each for each in self.table.fields.values() if each.validate is not None]

    def _computed(self, each: Field, values: Mapping[str, object]) -> object:
        assert each.default_formula is not None
        value = self._values(values).of(each.default_formula)
        raw = each.type.to_json(value, self.running.zone) if value is not None else None
        parsed = each.type.parse(raw, self.running.zone)
        return None if isinstance(parsed, Problem) else parsed

    def _values(self, own: Mapping[str, object]) -> Values:
        whole = {name: own.get(name) for name in self.running.tables[self.table.id].fields}
        return Values(self.connection, self.running, self.table.id, whole, self.context, self.record)

    def _people(self, changed: Mapping[str, object]) -> list[Problem]:
        """User fields that name a role which is not declared."""
        return [
            UNKNOWN_USER(field=name, found=value)
            for name in self._users
            if isinstance(value := changed.get(name), str)
            and value.startswith(_ROLE)
            and value.removeprefix(_ROLE) not in self.running.manifest.roles
        ]

    def _rules(self, values: Mapping[str, object], changed: Mapping[str, object]) -> list[Problem]:
        """The `validate` formulas that do not hold; a blank field breaks none of its own."""
        broken = []
        for each in self._ruled:
            rule = each.validate
            if rule is None or values.get(each.id) is None:
                continue
            if not self._concerns(each, changed) or self._values(values).of(rule.formula):
                continue
            broken.append(self._broken(each, rule))
        return broken

    def _broken(self, each: Field, rule: Validation) -> Problem:
        """What is said of a broken rule: its formula only to who may ask about all that it reads."""
        access = self.running.policy.access(self.actor)
        seen = self.table.id in access.tables and access.tables[self.table.id].sight(each.id) is not Sight.HIDDEN
        name = each.id if seen else None
        if rule.message:
            return NOT_VALID(field=name, said=rule.message)
        if not seen:
            return UNSEEN_RULE_FAILS()
        if all(access.asks(self.table.id, path) for path in rule.formula.reads):
            return CONDITION_FAILS(field=name, title=each.title, formula=rule.formula.text)
        return RULE_FAILS(field=name, title=each.title)

    def _concerns(self, each: Field, changed: Mapping[str, object]) -> bool:
        assert each.validate is not None
        return each.id in changed or any(
            path[0] in changed or self._is_link(path) for path in each.validate.formula.reads
        )

    def _is_link(self, path: Sequence[str]) -> bool:
        field_ = self.table.fields.get(path[0])
        return len(path) > 1 and field_ is not None and isinstance(field_.type, Link)
