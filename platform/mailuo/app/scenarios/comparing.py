"""Comparing: whether what happened is what a scenario expects. Pure: values in, answers out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from mailuo.base.moments import format_duration, format_moment, parse_duration, parse_moment
from mailuo.base.problems import Problem
from mailuo.fields import Choice, Choices, FieldType, Link, Links
from mailuo.metadata.part import Part

Expected = TypeVar("Expected")
Actual = TypeVar("Actual")
_CONTAINS = "contains"


@dataclass(frozen=True)
class Yardstick:
    """What expectations are read by: the moment, the zone, and which record each alias names."""

    now: datetime
    zone: tzinfo
    keys: Mapping[str, str] = field(default_factory=dict)

    def agrees(self, expected: object, actual: object, type_: FieldType | None = None) -> bool:
        """Whether an expected value, as written, is the actual one."""
        if expected is None or expected == "":
            return actual is None or actual in ("", [], ())
        if actual is None:
            return False
        if isinstance(expected, Part):
            return self._agrees_inside(expected, actual)
        if isinstance(actual, (list, tuple)):
            wanted = expected if isinstance(expected, tuple) else (expected,)
            return not unmatched(wanted, actual, lambda one, other: self.agrees(one, other, type_)).any
        return not isinstance(expected, tuple) and self._same(str(expected), actual, type_)

    def entry(self, expected: Part, actual: Mapping[str, object], types: Mapping[str, FieldType] | None = None) -> bool:
        """Whether everything that an entry names is so; what it does not name is not compared."""
        known = types or {}
        return all(self.agrees(value, actual.get(name), known.get(name)) for name, value in expected.values.items())

    def _agrees_inside(self, expected: Part, actual: object) -> bool:
        if list(expected) == [_CONTAINS]:
            return str(expected.get(_CONTAINS)) in self.shown(actual)
        return isinstance(actual, Mapping) and self.entry(expected, actual)

    def _same(self, text: str, actual: object, type_: FieldType | None) -> bool:
        match actual:
            case bool():
                return text.lower() == str(actual).lower()
            case int() | float() | Decimal():
                return _decimal(text) == Decimal(str(actual))
            case datetime():
                return (self.now if text == "now" else parse_moment(text, self.zone)) == actual
            case date():
                return text == actual.isoformat()
            case timedelta():
                return parse_duration(text) == actual
            case Mapping():
                return text == "true" or text in (actual.get("name"), actual.get("id"))
            case Problem():
                return text in (actual.text("zh"), actual.text("en"))
        return text == actual or self._means(text, type_) == actual

    def _means(self, text: str, type_: FieldType | None) -> object:
        """What a text stands for in a field of this type: the key of an alias, the id of an option."""
        if isinstance(type_, (Choice, Choices)):
            return next((option.id for option in type_.choices.values() if option.title == text), None)
        return self.keys.get(text) if type_ is None or isinstance(type_, (Link, Links)) else None

    def shown(self, value: object) -> str:
        """A value as the report shows it; blank is `null`."""
        match value:
            case None:
                return "null"
            case bool():
                return str(value).lower()
            case Decimal():
                return f"{value.normalize():f}"
            case datetime():
                return format_moment(value, self.zone)
            case timedelta():
                return format_duration(value)
            case Problem():
                return " / ".join(dict.fromkeys((value.text("zh"), value.text("en"))))
            case Part():
                return "{" + ", ".join(f"{name}: {self.shown(each)}" for name, each in value.values.items()) + "}"
            case Mapping():
                return "{" + ", ".join(f"{name}: {self.shown(each)}" for name, each in value.items()) + "}"
            case list() | tuple():
                return "[" + ", ".join(map(self.shown, value)) + "]"
        return str(value)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What an exact list lacks, and what it has too much: positions in the two lists."""

    missing: tuple[int, ...]
    surplus: tuple[int, ...]

    @property
    def any(self) -> bool:
        """Whether the lists differ at all."""
        return bool(self.missing or self.surplus)


def unmatched(
    expected: Sequence[Expected], actual: Sequence[Actual], fits: Callable[[Expected, Actual], bool]
) -> Unmatched:
    """What does not pair off, in any order: one that names little never takes what one that names more needs."""
    partner: dict[int, int] = {}

    def place(one: int, tried: set[int]) -> bool:
        for other, found in enumerate(actual):
            if other in tried or not fits(expected[one], found):
                continue
            tried.add(other)
            if other not in partner or place(partner[other], tried):
                partner[other] = one
                return True
        return False

    missing = tuple(one for one in range(len(expected)) if not place(one, set()))
    return Unmatched(missing, tuple(other for other in range(len(actual)) if other not in partner))
