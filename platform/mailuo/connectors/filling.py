"""Filling: what the values of declarations come to over what is at hand. Pure; the same for requests, events and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from mailuo.base.reasons import Failure
from mailuo.connectors.messages import SECRET_OUT_OF_PLACE
from mailuo.connectors.signing.numbers import Number, written
from mailuo.formulas import Context, Formula, Template, evaluate
from mailuo.formulas.numbers import plain
from mailuo.formulas.outside import member, moment_of, text_of
from mailuo.metadata.given import Add, Given, Path, Secret

_WRITTEN = "%Y-%m-%d %H:%M:%S"


class Unfilled(Failure):
    """What is to be sent cannot be put together; the text says why, without a secret."""


def _no_secret(secret: Secret) -> object:
    raise Unfilled(SECRET_OUT_OF_PLACE(name=secret.name))


@dataclass(frozen=True)
class Filling:
    """Fills in values; `read` gives what a path names, its first step included."""

    read: Callable[[Path], object]
    context: Context
    secret: Callable[[Secret], object] = _no_secret

    def value(self, given: Given) -> object:
        """What a value comes to, as JSON has it; numbers as `Number`s, moments as texts, members that come out blank left out."""
        match given:
            case Template():
                gap = only_gap(given)
                return given.render(self.read, self._shown) if gap is None else self._plain(self.read(gap))
            case Formula():
                return self._plain(evaluate(given, self.read, self.context))
            case Secret():
                return self.secret(given)
            case Add():
                return self.value(given.value)
            case tuple():
                return [self.value(each) for each in given]
            case Mapping():
                return {name: value for name, each in given.items() if (value := self.value(each)) is not None or each is None}
            case _:
                return self._plain(given)

    def text(self, given: Given) -> str | None:
        """The value as a text; lists and maps as their JSON text, a blank as None."""
        value = self.value(given)
        return (written(value) if value else None) if isinstance(value, (list, Mapping)) else text_of(value)

    def holds(self, condition: Formula | None) -> bool:
        """Whether a condition is true; one that is not written is."""
        return condition is None or evaluate(condition, self.read, self.context) is True

    def moment(self, given: Given, zone: tzinfo) -> datetime | None:
        """The moment that a value names; None where it names none."""
        if isinstance(given, Formula):
            return moment_of(evaluate(given, self.read, self.context), zone)
        gap = only_gap(given)
        return moment_of(self.read(gap) if gap is not None else self.value(given), zone)

    def _plain(self, value: object) -> object:
        match value:
            case datetime():
                return self._shown(value)
            case Decimal():
                return Number(plain(value))
            case Mapping():
                return {str(name): self._plain(each) for name, each in value.items()}
            case list() | tuple():
                return [self._plain(each) for each in value]
            case None | str() | bool() | int() | float():
                return value
        return str(value)

    def _shown(self, value: object) -> str:
        if isinstance(value, datetime):
            return value.astimezone(self.context.zone).strftime(_WRITTEN)
        return text_of(value) or ""


def only_gap(given: Given) -> Path | None:
    """The path of a template that is one gap and nothing else: it stands for the value itself."""
    if isinstance(given, Template) and len(given.parts) == 1 and not isinstance(given.parts[0], str):
        return given.parts[0]
    return None


def reader(**roots: object) -> Callable[[Path], object]:
    """What reads paths whose first step is one of these names."""
    return lambda path: member(roots.get(path[0]), path[1:])


def storable(value: object) -> object:
    """The value as a JSON column takes it: decimals as numbers where that loses nothing, else as texts."""
    match value:
        case Decimal():
            if value == value.to_integral_value():
                return int(value)
            return float(value) if Decimal(repr(float(value))) == value else plain(value)
        case datetime():
            return value.isoformat()
        case Mapping():
            return {str(name): storable(each) for name, each in value.items()}
        case list() | tuple():
            return [storable(each) for each in value]
        case None | bool() | int() | float():
            return value
    return str(value)

