"""Entries: raw values in, checked values or every problem out. Pure; what needs the store is asked elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mailuo.base.near import nearest
from mailuo.base.problems import Problem
from mailuo.fields import Computed
from mailuo.metadata.model import EMPTY, Field, Table
from mailuo.metadata.outline import RESERVED
from mailuo.records.messages import (
    FIELD_NOT_PERMITTED,
    FIXED,
    MASKED_FIELD,
    READ_ONLY,
    REQUIRED,
    UNKNOWN_FIELD,
    UNKNOWN_FIELD_NEAR,
)
from mailuo.records.policy import Sight, TableAccess
from mailuo.records.running import Running


@dataclass
class Entry:
    """What was sent for one record: the values that are fine, and what is wrong with the others."""

    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """Reads what somebody sends for records of one table."""

    running: Running
    table: Table
    access: TableAccess
    birth: bool
    brings_keys: bool = False  # an import
    system: bool = False
    _known: dict[str, "tuple[Field, Problem | None]"] = field(default_factory=dict)
    """Of each name that was sent before, its field and why it may not be written."""

    def read(self, raw: Mapping[str, object], present: Mapping[str, object] | None = None) -> Entry:
        """The entry for one record; `present` holds its values where it exists already."""
        entry = Entry()
        for name, value in raw.items():
            parsed = self._value(name, value, present or EMPTY)
            if isinstance(parsed, Problem):
                entry.problems.append(replace(parsed, field=name))
            else:
                entry.values[name] = parsed
        return entry

    def missing(self, values: Mapping[str, object]) -> list[Problem]:
        """The required fields that are blank: at birth of all, later of those that were sent."""
        names = self.table.fields if self.birth else values
        return [
            REQUIRED(field=name, title=self.table.fields[name].title)
            for name in names
            if self.table.fields[name].required and values.get(name) is None
        ]

    def _value(self, name: str, raw: object, present: Mapping[str, object]) -> object:
        """The value of one member, or the problem with it."""
        known = self._known.get(name)
        if known is None:
            found = self.table.fields.get(name)
            if found is None or self.access.sight(name) is Sight.HIDDEN:
                return self._unknown(name)
            known = self._known[name] = found, self._refused(found)
        declared, refused = known
        if refused is not None:
            return refused
        value = declared.type.parse(raw, self.running.zone)
        if not self.birth and self._is_key(declared) and value != present.get(name):
            return FIXED(title=declared.title)
        return value

    def _refused(self, declared: Field) -> Problem | None:
        """Why the field may not be written, if it may not."""
        if self.access.sight(declared.id) is Sight.MASKED:
            return MASKED_FIELD(title=declared.title)
        generated = self._is_key(declared) and self.table.key is not None and self.table.key.pattern is not None
        if isinstance(declared.type, Computed) or (generated and not (self.brings_keys and self.birth)):
            return READ_ONLY(title=declared.title)
        if declared.readonly and not generated and not self.system:
            return READ_ONLY(title=declared.title)
        allowed = (
            self.access.gives(declared.id) if self.birth else self.access.changes(declared.id) or self._is_key(declared)
        )
        return None if allowed else FIELD_NOT_PERMITTED(title=declared.title)

    def _is_key(self, declared: Field) -> bool:
        return self.table.key is not None and self.table.key.field == declared.id

    def _unknown(self, name: str) -> Problem:
        flow = self.table.flow
        if name in RESERVED or (flow and (name in flow.nodes or name in flow.exits)):
            return READ_ONLY(title=name)
        near = nearest(name, self.access.readable)
        return UNKNOWN_FIELD_NEAR(found=name[:60], near=near) if near else UNKNOWN_FIELD(found=name[:60])
