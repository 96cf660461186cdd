"""Likeness: what a step is, wherever it stands in its rule; two that are written alike are the same step. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from hashlib import sha256

from mailuo.automations.program import every_step
from mailuo.formulas import Formula, Template
from mailuo.metadata.automation import Deed, Step

_INSIDE = ("steps", "otherwise")
"""Members that hold the steps inside another: each of them has a likeness of its own."""


def likeness(deed: Deed) -> str:
    """A short text, the same for two deeds that say the same: values as they are written, without the steps inside."""
    return sha256(repr(_plain(deed)).encode()).hexdigest()[:32]


def replaced(places: Iterable[str], then: Sequence[Step], now: Sequence[Step]) -> set[str]:
    """Those of the places of a journal at which another step stands now than then, or none."""
    before, after = ({step.path: likeness(step.deed) for step in every_step(steps)} for steps in (then, now))
    return {place for place in places if before.get(path := place.partition("@")[0]) != after.get(path)}


def _plain(value: object) -> object:
    match value:
        case Formula(text=text) | Template(text=text):
            return type(value).__name__, text
        case Mapping():
            return sorted((str(name), _plain(each)) for name, each in value.items())
        case tuple():
            return tuple(map(_plain, value))
    if is_dataclass(value):
        return type(value).__name__, [(each.name, _plain(getattr(value, each.name))) for each in fields(value) if each.name not in _INSIDE]
    return value
