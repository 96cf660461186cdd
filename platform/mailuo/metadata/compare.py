"""Comparing two manifests: every difference as a classified change, with a sentence for whoever publishes. Pure.

Identity follows `was`: a new id that says which one it was keeps the data; a vanished id goes to the trash.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Literal, TypeVar

from mailuo.base.problems import Message, Problem
from mailuo.fields import Choice, Choices, Computed, FieldType, Link, Links, Option
from mailuo.formulas import Formula, Template
from mailuo.metadata import change_messages as sentences
from mailuo.metadata.carrying import carried
from mailuo.metadata.findings import (
    ALERT,
    ARBITRATION,
    AUTOMATION,
    CALENDAR,
    CONNECTOR,
    EXIT,
    FIELD,
    FORM,
    NODE,
    OPTION,
    ROLE,
    TABLE,
    VIEW,
    WORKSPACE,
    Noun,
)
from mailuo.metadata.model import Exit, Field, Flow, Manifest, Node, Table
from mailuo.metadata.outside_changes import newly_reached, own_sources
from mailuo.metadata.widening import Widening, widening

ChangeKind = Literal["added", "removed", "renamed", "widened", "changed", "refused", "warned"]
Risk = Literal["safe", "needs_default", "loses_data", "outside", "refused"]
"""`outside`: a connector would use a variable or a host that it did not use before."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what it is, how risky, and the sentence that says it; `from_path` is the old path of what was renamed."""

    kind: ChangeKind
    what: str
    path: str
    risk: Risk
    sentence: Problem
    from_path: str | None = None


Member = Table | Field | Node | Exit | Option
M = TypeVar("M", bound=Member)


def compare(old: Manifest | None, new: Manifest) -> tuple[Change, ...]:
    """Every change from the old manifest (None: nothing was there) to the new one."""
    return tuple(_changes(old, new))


def _changes(old: Manifest | None, new: Manifest) -> Iterator[Change]:
    if old is None:
        yield from (_added(TABLE, f"tables.{name}", table.title) for name, table in new.tables.items())
        for noun, plural in _RULES:
            yield from _simple(noun, plural, {}, getattr(new, plural))
        return
    before, after = (
        replace(each.workspace, sources=own_sources(each.workspace.sources, old.connectors, new.connectors))
        for each in (old, new)
    )
    if said(before) != said(after):
        yield Change("changed", WORKSPACE.en, "workspace", "safe", sentences.WORKSPACE_CHANGED(path="workspace"))
    yield from _matched(TABLE, "tables", _as_called_now(old.tables, new.tables), new.tables, _table)
    for noun, plural in ((ROLE, "roles"), (CALENDAR, "calendars"), *_RULES):
        yield from _simple(noun, plural, getattr(old, plural), getattr(new, plural))
    yield from _outside(old, new)
    known = {(each.path, each.text()) for each in carried(old)}
    for warning in carried(new):
        if (warning.path, warning.text()) not in known:
            yield Change("warned", AUTOMATION.en, warning.path, "safe", warning)


_RULES = (
    (ALERT, "alerts"),
    (AUTOMATION, "automations"),
    (ARBITRATION, "arbitrations"),
    (CONNECTOR, "connectors"),
)


def _outside(old: Manifest, new: Manifest) -> Iterator[Change]:
    """What connectors could reach that they could not reach before."""
    for name, connector in new.connectors.items():
        reached = newly_reached(old.connectors.get(name), connector)
        if reached:
            path = f"connectors.{name}"
            sentence = sentences.OUTSIDE(path=path, title=connector.title, new=reached.all)
            yield Change("changed", CONNECTOR.en, path, "outside", sentence)


# What has data: tables, fields, nodes, exits, options


def _matched(
    noun: Noun,
    root: str,
    old: Mapping[str, M],
    new: Mapping[str, M],
    inside: Callable[[str, str, M, M], Iterator[Change]],
) -> Iterator[Change]:
    """The changes between two sets of members, matched by id or by what they were."""
    kept: set[str] = set()
    for name, member in new.items():
        path = f"{root}.{name}"
        former = _former(name, member, old)
        if former is None:
            yield _added(noun, path, member.title)
            continue
        kept.add(former)
        if former != name:
            sentence = _sentence(sentences.RENAMED, noun, path, member.title, old=former, new=name)
            yield Change("renamed", noun.en, path, "safe", sentence, f"{root}.{former}")
        yield from inside(path, f"{root}.{former}", old[former], member)
    for name, member in old.items():
        if name not in kept:
            yield _removed(noun, f"{root}.{name}", member)


def _as_called_now(old: Mapping[str, Table], new: Mapping[str, Table]) -> Mapping[str, Table]:
    """The tables as they were, with links that lead to a table by the name that it has now."""
    moved = {former: name for name, table in new.items() if (former := _former(name, table, old)) not in (None, name)}
    return {name: replace(table, fields=_leading(table.fields, moved)) for name, table in old.items()} if moved else old


def _leading(members: Mapping[str, Field], moved: Mapping[str, str]) -> dict[str, Field]:
    return {
        name: replace(field, type=replace(field.type, to=moved[field.type.to]))
        if isinstance(field.type, Link | Links) and field.type.to in moved
        else field
        for name, field in members.items()
    }


def _former(name: str, member: Member, old: Mapping[str, M]) -> str | None:
    if name in old:
        return name
    return member.was if member.was in old else None


def _added(noun: Noun, path: str, title: str) -> Change:
    return Change("added", noun.en, path, "safe", _sentence(sentences.ADDED, noun, path, title))


def _removed(noun: Noun, path: str, member: Member) -> Change:
    computed = isinstance(member, Field) and isinstance(member.type, Computed)
    message = sentences.REMOVED if computed else sentences.REMOVED_WITH_DATA
    return Change(
        "removed", noun.en, path, "safe" if computed else "loses_data", _sentence(message, noun, path, member.title)
    )


def _table(path: str, former: str, old: Table, new: Table) -> Iterator[Change]:
    yield from _key(path, old, new)
    yield from _own(TABLE, path, _table_itself(old, new), _table_itself(new, old), new.title)
    for change in _matched(FIELD, f"{path}.fields", old.fields, new.fields, _field):
        yield _needing_default(change, new) if (change.kind, change.what) == ("added", FIELD.en) else change
    yield from _flow(path, old.flow or _NO_FLOW, new.flow or _NO_FLOW)
    yield from _simple(VIEW, f"{path}.views", old.views, new.views)
    yield from _simple(FORM, f"{path}.forms", old.forms, new.forms)


_NO_FLOW = Flow({}, {}, None)


def _table_itself(table: Table, other: Table) -> object:
    """What a table says besides its members: itself, and the sequence of the fields that both have."""
    sequence = tuple(name for name in table.fields if name in other.fields)
    return (table.title, table.icon, table.help, said(table.key), sequence)


def _key(path: str, old: Table, new: Table) -> Iterator[Change]:
    """A key names records from outside, so that another field cannot become the key."""
    before, after = old.key.field if old.key else None, new.key.field if new.key else None
    if after is not None and after in new.fields and new.fields[after].was == before:
        return
    if before != after:
        sentence = _sentence(sentences.KEY_REFUSED, TABLE, f"{path}.key", new.title)
        yield Change("refused", TABLE.en, f"{path}.key", "refused", sentence)


def _needing_default(change: Change, table: Table) -> Change:
    """A new field that must have a value where rows may already be without one."""
    field = table.fields[change.path.rpartition(".")[2]]
    if not field.required or field.default is not None or isinstance(field.type, Computed):
        return change
    return Change(
        "added",
        change.what,
        change.path,
        "needs_default",
        _sentence(sentences.ADDED_REQUIRED, FIELD, change.path, field.title),
    )


def _field(path: str, former: str, old: Field, new: Field) -> Iterator[Change]:
    yield from _type(path, old, new)
    spoken = {"id", "was", "place", "type"}
    if new.required and not old.required and new.default is None and not isinstance(new.type, Computed):
        spoken.add("required")
        yield Change(
            "changed", FIELD.en, path, "needs_default", _sentence(sentences.NOW_REQUIRED, FIELD, path, new.title)
        )
    if (new.unique and not old.unique) or (new.unique_with and new.unique_with != old.unique_with):
        spoken |= {"unique", "unique_with"}
        yield Change("changed", FIELD.en, path, "safe", _sentence(sentences.NOW_UNIQUE, FIELD, path, new.title))
    yield from _own(FIELD, path, _besides(old, spoken), _besides(new, spoken), new.title)
    if isinstance(old.type, (Choice, Choices)) and isinstance(new.type, (Choice, Choices)):
        yield from _matched(OPTION, f"{path}.options", old.type.choices, new.type.choices, _option)


def _type(path: str, old: Field, new: Field) -> Iterator[Change]:
    if said(old.type) == said(new.type):
        return
    names = (old.type.name, new.type.name)
    match widening(old.type, new.type):
        case Widening.SAME:
            if _besides_options(old.type) != _besides_options(new.type):
                yield Change("changed", FIELD.en, path, "safe", _sentence(sentences.CHANGED, FIELD, path, new.title))
        case Widening.WIDER:
            yield Change(
                "widened", FIELD.en, path, "safe", _sentence(sentences.WIDENED, FIELD, path, new.title, *names)
            )
        case Widening.COMPUTED:
            yield Change(
                "changed",
                FIELD.en,
                path,
                "loses_data",
                _sentence(sentences.NOW_COMPUTED, FIELD, path, new.title, *names),
            )
        case Widening.REFUSED:
            yield Change(
                "refused", FIELD.en, path, "refused", _sentence(sentences.TYPE_REFUSED, FIELD, path, new.title, *names)
            )


def _besides_options(type_: FieldType) -> object:
    return None if isinstance(type_, (Choice, Choices)) else said(type_)


def _option(path: str, former: str, old: Option, new: Option) -> Iterator[Change]:
    yield from _own(OPTION, path, (old.title, old.color), (new.title, new.color), new.title)


def _flow(path: str, old: Flow, new: Flow) -> Iterator[Change]:
    yield from _matched(NODE, f"{path}.flow.nodes", old.nodes, new.nodes, _node)
    yield from _matched(EXIT, f"{path}.flow.exits", old.exits, new.exits, _exit)
    same = [name for name in new.nodes if name in old.nodes]
    reordered = same != [name for name in old.nodes if name in new.nodes]
    if old.nodes and (old.closed_by != new.closed_by or reordered):
        yield Change("changed", "flow", f"{path}.flow", "safe", sentences.FLOW_CHANGED(path=f"{path}.flow"))


def _node(path: str, former: str, old: Node, new: Node) -> Iterator[Change]:
    yield from _own(NODE, path, _besides(old, _NAMES), _besides(new, _NAMES), new.title)


def _exit(path: str, former: str, old: Exit, new: Exit) -> Iterator[Change]:
    yield from _own(EXIT, path, _besides(old, _NAMES), _besides(new, _NAMES), new.title)


_NAMES = {"id", "was", "place"}


def _besides(member: Field | Node | Exit, spoken: set[str]) -> object:
    """What a member says, besides its names and what has been told already."""
    return tuple(said(getattr(member, each.name)) for each in fields(member) if each.name not in spoken)


# What has no data of its own


def _simple(noun: Noun, root: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for name, member in new.items():
        path, title = f"{root}.{name}", str(getattr(member, "title", name))
        if name not in old:
            yield _added(noun, path, title)
        else:
            yield from _own(noun, path, said(old[name]), said(member), title)
    for name, member in old.items():
        if name not in new:
            path, title = f"{root}.{name}", str(getattr(member, "title", name))
            yield Change("removed", noun.en, path, "safe", _sentence(sentences.REMOVED, noun, path, title))


def _own(noun: Noun, path: str, old: object, new: object, title: str) -> Iterator[Change]:
    if old != new:
        yield Change("changed", noun.en, path, "safe", _sentence(sentences.CHANGED, noun, path, title))


def _sentence(message: Message, noun: Noun, path: str, title: str, old: str = "", new: str = "") -> Problem:
    return message(path=path, what_zh=noun.zh, what_en=noun.en, title=title, old=old, new=new)


def said(value: object) -> object:
    """What a declaration says, comparable: without places, formulas as they are written."""
    if isinstance(value, (Formula, Template)):
        return value.text
    if is_dataclass(value) and not isinstance(value, type):
        return (
            type(value).__name__,
            *(said(getattr(value, each.name)) for each in fields(value) if each.name != "place"),
        )
    if isinstance(value, Mapping):
        return tuple((key, said(item)) for key, item in value.items())
    if isinstance(value, (set, frozenset)):
        return tuple(sorted(map(str, value)))
    return tuple(said(item) for item in value) if isinstance(value, (tuple, list)) else value
