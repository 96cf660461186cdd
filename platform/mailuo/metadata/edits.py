"""Edits: a declaration changed at a path, as a scenario's `declare` and the designer do it.

Paths are those of 03b, 30: the plural kind, the id, then keys (`alerts.late.when.longer_than`); a new id adds, and null
takes away what stands there. The changed file is written anew as JSON-like YAML; all others stay byte for byte.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mailuo.base.problems import Place, Problem
from mailuo.metadata import grammar_messages
from mailuo.metadata.document import Entry, Node, Scalar, Sequence
from mailuo.metadata.document import Mapping as Map
from mailuo.metadata.grammar import kind_of
from mailuo.metadata.reading import read_document

_NAMED = ("roles", "calendars", "alerts", "automations", "arbitrations")
_WHOLE = {"tables": ("table", "tables"), "connectors": ("connector", "automations/connectors")}
"""Kinds with a file of their own for each, and the folder of a new one."""
_LITERAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?|true|false", re.ASCII)
_NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class Edit:
    """A value to stand at a path."""

    path: str
    value: Node


def edited(files: Mapping[str, str], edits: Iterable[Edit]) -> dict[str, str] | Problem:
    """The files with every edit made, or the first path that leads nowhere; what they say is for `load` to check."""
    changed = dict(files)
    for edit in edits:
        place = _find(changed, edit.path.split("."))
        if place is None:
            return grammar_messages.NOTHING_THERE(path=edit.path, where=edit.path)
        if place.keys:
            changed[place.file] = _written(_put(place.root, place.keys, edit.value))
        elif _nothing(edit.value):
            changed.pop(place.file, None)
        else:
            changed[place.file] = _written(place.whole(edit.value))
    return changed


@dataclass(frozen=True, slots=True)
class _Target:
    file: str
    root: Map
    keys: tuple[str, ...]

    def whole(self, value: Node) -> Node:
        """A document that begins with its kind and id, and goes on with what a value says."""
        said = value.entries if isinstance(value, Map) else ()
        return Map((*self.root.entries, *(entry for entry in said if self.root.get(entry.key.text) is None)), _NOWHERE)


def _find(files: Mapping[str, str], steps: list[str]) -> _Target | None:
    """The file that holds what a path names, and the keys that lead there inside it."""
    kind, folder = _WHOLE.get(steps[0], (steps[0], ""))
    if kind not in ("workspace", "table", "connector", *_NAMED) or len(steps) < 2:
        return None
    if folder and len(steps) == 2:
        return _whole(files, kind, folder, steps[1])
    candidates = [target for file, text in files.items() if (target := _candidate(file, text, kind, steps))]
    if kind in _NAMED:
        holding = [each for each in candidates if _has(each.root, kind, steps[1])]
        new = _Target(
            f"automations/{kind}_declared.yaml", Map((Entry(_scalar(kind), Map((), _NOWHERE)),), _NOWHERE), tuple(steps)
        )
        return (holding or candidates or [new])[0]
    return candidates[0] if candidates else None


def _whole(files: Mapping[str, str], kind: str, folder: str, name: str) -> _Target:
    """A table or a connector as a whole: in the file that declares it, or in a new one."""
    there = (file for file, text in files.items() if _candidate(file, text, kind, ["", name, ""]))
    head = Map((Entry(_scalar(kind), _scalar(name)),), _NOWHERE)
    return _Target(next(there, f"{folder}/{name}.yaml"), head, ())


def _candidate(file: str, text: str, kind: str, steps: list[str]) -> _Target | None:
    root = read_document(file, text).root
    if root is None or kind_of(root)[0] != kind:
        return None
    first = root.get(kind)
    if kind in ("table", "connector"):
        named = isinstance(first, Scalar) and first.text == steps[1]
        return _Target(file, root, tuple(steps[2:])) if named and len(steps) > 2 else None
    inside = kind in _NAMED or isinstance(first, Map)
    return _Target(file, root, tuple(steps if inside else steps[1:]))


def _has(root: Map, kind: str, name: str) -> bool:
    named = root.get(kind)
    return isinstance(named, Map) and named.get(name) is not None


def _put(node: Node | None, keys: tuple[str, ...], value: Node) -> Node:
    """The node with the value below these keys, or without what stood there; what is missing on the way is made."""
    if not keys:
        return value
    entries = node.entries if isinstance(node, Map) else ()
    if len(keys) == 1 and _nothing(value):
        return Map(tuple(entry for entry in entries if entry.key.text != keys[0]), _NOWHERE)
    below = _put(next((entry.value for entry in entries if entry.key.text == keys[0]), None), keys[1:], value)
    if any(entry.key.text == keys[0] for entry in entries):
        return Map(
            tuple(replace(entry, value=below) if entry.key.text == keys[0] else entry for entry in entries), _NOWHERE
        )
    return Map((*entries, Entry(_scalar(keys[0]), below)), _NOWHERE)


def _nothing(value: Node) -> bool:
    return isinstance(value, Scalar) and value.missing


def _scalar(text: str) -> Scalar:
    return Scalar(text, _NOWHERE)


def _written(node: Node) -> str:
    """A node as JSON, which is YAML: every value a text, but numbers and truths stay what they are."""
    if isinstance(node, Map):
        return "{" + ", ".join(f"{_written(entry.key)}: {_written(entry.value)}" for entry in node) + "}"
    if isinstance(node, Sequence):
        return "[" + ", ".join(_written(item) for item in node.items) + "]"
    if node.missing:
        return "null"
    bare = not node.quoted and _LITERAL.fullmatch(node.text)
    return node.text if bare else json.dumps(node.text, ensure_ascii=False)
