"""Filling in: what the values of a step come to over the names of a run: for fields, for calls, for texts."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from mailuo.automations.members import Members, Path, shown
from mailuo.connectors.filling import only_gap, storable
from mailuo.formulas import Formula, Template, evaluate
from mailuo.formulas.outside import moment_of
from mailuo.metadata.build_given import reads_of
from mailuo.metadata.given import Add, Given


class Filling:
    """The values of one step; everything that they name is read at once."""

    def __init__(self, members: Members, givens: Iterable[Given]) -> None:
        self._members = members
        self._zone = members.running.zone
        self._read = members.reader(path for given in givens for path in reads_of(given))

    def raw(self, given: Given) -> object:
        """The raw value of a field, as the door to data takes it."""
        return _raw(self._value(given, self._told), partial(shown, zone=self._zone))

    def values(self, given: Mapping[str, Given]) -> dict[str, object]:
        """The raw values of fields."""
        return {name: self.raw(each) for name, each in given.items()}

    def json(self, given: Given) -> object:
        """The value for a call: numbers stay numbers, moments are texts with their offset."""
        return storable(self._json(self._value(given)))

    def text(self, given: Given) -> str:
        """The value as a text; blank is empty."""
        return shown(self._value(given, self._told), self._zone)

    def moment(self, given: Given) -> datetime | None:
        """The moment that a value names; None where it names none."""
        value = self._value(given)
        return value if isinstance(value, datetime) else moment_of(value, self._zone)

    def _told(self, path: Path) -> object:
        return self._members.in_text(path, self._read(path))

    def _value(self, given: Given, alone: Callable[[Path], object] | None = None) -> object:
        """What a value comes to; a text that is one gap and nothing else is what `alone` reads there."""
        alone = alone or self._read
        match given:
            case Template():
                gap = only_gap(given)
                return given.render(self._told, partial(shown, zone=self._zone)) if gap is None else alone(gap)
            case Formula():
                return evaluate(given, self._read, self._members.context)
            case Add(value=value):
                return self._value(value, alone)
            case tuple():
                return tuple(self._value(each, alone) for each in given)
            case Mapping():
                return {name: self._value(each, alone) for name, each in given.items()}
        return given

    def _json(self, value: object) -> object:
        match value:
            case datetime() | date() | timedelta():
                return shown(value, self._zone)
            case Mapping():
                return {str(name): self._json(each) for name, each in value.items()}
            case list() | tuple():
                return [self._json(each) for each in value]
        return value




def _raw(value: object, text: partial[str]) -> object:
    match value:
        case None | bool():
            return value
        case datetime() | date() | timedelta() | Decimal():
            return text(value)
        case list() | tuple():
            return [_raw(each, text) for each in value]
        case Mapping():
            return dict(value)
    return value
