"""Carrying: what rules copy from one field into another, and who would then see what they may not see. Pure.

Rules act as the system, so nothing stops them; whoever checks or publishes is told (03b, 23). What differs from row to
row (`see:` formulas) is not judged, only what a role can never see; a field that says `release: true` may be written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailuo.base.problems import Problem
from mailuo.fields import Link
from mailuo.metadata.automation import Call, Count, Create, Deed, ForEach, If, Set, Step, Update
from mailuo.metadata.build_given import reads_of
from mailuo.metadata.change_messages import CARRIED
from mailuo.metadata.given import Given, Path
from mailuo.metadata.model import Manifest, Role
from mailuo.metadata.names import Directory, directory_of


def carried(manifest: Manifest) -> tuple[Problem, ...]:
    """A sentence for each field that a rule carries to roles who may not see where it comes from."""
    if not manifest.automations and not any(each.then or each.on_withdrawn for each in manifest.alerts.values()):
        return ()
    search = _Search(manifest, directory_of(manifest))
    found: list[Problem] = []
    for name, rule in manifest.automations.items():
        found += search.steps(rule.steps, _Known(rule.of, search.roots(rule.of)), f"automations.{name}")
    for name, alert in manifest.alerts.items():
        for steps in (alert.then, alert.on_withdrawn):
            found += search.steps(steps, _Known(alert.on, search.roots(alert.on)), f"alerts.{name}")
    return tuple(found)


@dataclass(frozen=True)
class _Known:
    """The table of the record, and those of the rows that have names."""

    table: str | None
    roots: Mapping[str, str | None]

    def having(self, name: str, table: str | None) -> "_Known":
        return _Known(self.table, {**self.roots, name: table})


@dataclass(frozen=True)
class _Search:
    manifest: Manifest
    directory: Directory

    def roots(self, table: str | None) -> Mapping[str, str | None]:
        """The rows that have names from the beginning; what came in has no table."""
        return {"record": table, "event": None, "part": None, "form": None}

    def steps(self, steps: tuple[Step, ...], known: _Known, path: str) -> Iterator[Problem]:
        for step in steps:
            yield from self._deed(step.deed, known, f"{path}.{step.path}")
            known = _after(step.deed, known)

    def _deed(self, deed: Deed, known: _Known, path: str) -> Iterator[Problem]:
        match deed:
            case Set(table=table, values=values) | Update(table=table, values=values):
                yield from self._values(table, values, known, path)
            case Create(table=table, values=values, initially=initially):
                yield from self._values(table, {**values, **(initially or {})}, known, path)
            case ForEach(table=table, steps=steps):
                yield from self.steps(steps, known.having("item", table), _root(path))
            case If(steps=steps, otherwise=otherwise):
                yield from self.steps((*steps, *otherwise), known, _root(path))

    def _values(self, table: str, values: Mapping[str, Given], known: _Known, path: str) -> Iterator[Problem]:
        for field, value in values.items():
            if self.manifest.tables[table].fields[field].release:
                continue
            for read in sorted(reads_of(value)):
                for source in self._fields(read, known):
                    roles = [
                        role.title for role in self.manifest.roles.values() if self._leaks(role, source, (table, field))
                    ]
                    if roles:
                        yield self._said(source, (table, field), roles, path)

    def _leaks(self, role: Role, source: tuple[str, str], target: tuple[str, str]) -> bool:
        return _sees(role, *target) and not _sees(role, *source)

    def _fields(self, path: Path, known: _Known) -> Iterator[tuple[str, str]]:
        """Every field that a path passes through."""
        if len(path) > 1 and path[0] in known.roots:
            table, steps = known.roots[path[0]], path[1:]
        else:
            table, steps = (None, ()) if path[0] in known.roots else (known.table, path)
        for step in steps:
            declared = self.manifest.tables.get(table or "")
            field = declared.fields.get(step) if declared else None
            if declared is None or field is None:
                return
            yield declared.id, step
            table = field.type.to if isinstance(field.type, Link) else None

    def _said(self, source: tuple[str, str], target: tuple[str, str], roles: list[str], path: str) -> Problem:
        here, there = self.manifest.tables[source[0]], self.manifest.tables[target[0]]
        return CARRIED(
            path=path,
            table=here.title,
            source=here.fields[source[1]].title,
            other=there.title,
            target=there.fields[target[1]].title,
            roles=", ".join(roles),
        )


def _root(path: str) -> str:
    """The rule's own path: steps carry theirs whole."""
    return ".".join(path.split(".")[:2])


def _sees(role: Role, table: str, field: str) -> bool:
    """Whether a role sees a field as it is, in some row at least."""
    grant = role.tables.get(table)
    return grant is not None and grant.see is not False and field not in grant.hide and field not in grant.mask


def _after(deed: Deed, known: _Known) -> _Known:
    match deed:
        case Create(name=str(name), table=table) | Update(name=str(name), table=table):
            return known.having(name, table)
        case Call(name=str(name)) | Count(name=name):
            return known.having(name, None)
    return known
