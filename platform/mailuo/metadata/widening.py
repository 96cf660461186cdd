"""Widening: which changes of a field's type keep every value as it is."""

from enum import Enum, auto

from mailuo.fields import FIELD_TYPES, Computed, FieldType
from mailuo.formulas.columns import ColumnKind


class Widening(Enum):
    """How one type stands to another."""

    SAME = auto()
    WIDER = auto()
    COMPUTED = auto()  # a stored field becomes a computed one: its values go to the trash
    REFUSED = auto()


_TEXTS = {name for name, type_ in FIELD_TYPES.items() if type_.column is ColumnKind.TEXT}
_FILES = {"file", "image", "signature"}
_FREE_TEXTS = {"text", "long_text"}

_WIDER = {
    *((old, new) for old in _TEXTS - _FILES for new in _FREE_TEXTS),
    ("image", "file"),
    ("signature", "file"),
    ("signature", "image"),
    ("rating", "score"),
    ("rating", "number"),
    ("score", "number"),
    ("money", "number"),
    ("date", "datetime"),
    ("choice", "choices"),
    ("choice", "tags"),
    ("choices", "tags"),
    ("text", "tags"),
}


def widening(old: FieldType, new: FieldType) -> Widening:
    """Whether the values of the old type are values of the new one; computed types have none."""
    if isinstance(old, Computed):
        return Widening.SAME
    if isinstance(new, Computed):
        return Widening.COMPUTED
    if new.places < old.places:
        return Widening.REFUSED
    if old.name == new.name:
        same = getattr(old, "to", None) == getattr(new, "to", None)
        return Widening.REFUSED if not same else Widening.WIDER if new.places > old.places else Widening.SAME
    return Widening.WIDER if (old.name, new.name) in _WIDER else Widening.REFUSED
