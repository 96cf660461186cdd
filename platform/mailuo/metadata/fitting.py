"""Fitting: whether what a rule gives to a field can ever be a value of it. Pure; what only a run can tell is let pass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from mailuo.base.problems import Problem
from mailuo.fields import FieldType
from mailuo.formulas import Formula, Template
from mailuo.formulas.function import said
from mailuo.formulas.outside import moment_of, text_of
from mailuo.formulas.tree import Call, Constant, Node
from mailuo.formulas.types import TEXTS, Kind, Type
from mailuo.metadata import messages
from mailuo.metadata.findings import Findings
from mailuo.metadata.given import Add, Given
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scopes import Layers

_WRITABLE = TEXTS | {Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.DURATION}
TAKES: Mapping[Kind, frozenset[Kind]] = {
    Kind.TEXT: _WRITABLE,
    Kind.LINK: _WRITABLE,
    Kind.CHOICE: TEXTS | {Kind.NUMBER},
    Kind.NUMBER: TEXTS | {Kind.NUMBER},
    Kind.BOOLEAN: TEXTS | {Kind.NUMBER, Kind.BOOLEAN},
    Kind.DATE: TEXTS | {Kind.DATE},
    Kind.MOMENT: TEXTS | {Kind.MOMENT},
    Kind.DURATION: TEXTS | {Kind.DURATION},
    Kind.TAGS: _WRITABLE | {Kind.TAGS},
}
"""By what a field holds, the kinds of values that it may be given: a text may turn out to be anything."""
_MOST_LISTED = 8
_UNTOLD = frozenset({Kind.LINKS, Kind.OTHER, Kind.BLANK})


class _Later:
    """What only a run can tell."""


_LATER = _Later()


@dataclass(frozen=True)
class Fitting:
    """Reports what cannot be a value of the field that it is given to."""

    findings: Findings
    scope: Layers

    def check(self, name: Written, raw: object, given: Given, type_: FieldType) -> None:
        """Reports a value that the field would refuse whenever the rule runs; `raw` is the value as it is written."""
        at, value = _place(name, raw), _literal(given)
        if not isinstance(value, _Later):
            self._check_literal(at, value, type_)
            return
        self._check_kind(at, name, self._type(given), type_)
        if isinstance(given, Formula):
            for result in _results(given.tree):
                self._check_literal(at, result, type_)

    def check_moment(self, name: Written, raw: object, given: Given) -> None:
        """Reports what never names a moment: neither a time as people or machines write it, nor a value that may hold one."""
        at, value, gives = _place(name, raw), _literal(given), self._type(given)
        if not isinstance(value, _Later):
            if value is not None and moment_of(value, UTC) is None:
                self.findings.add(messages.NOT_MOMENT, at)
        elif gives is not None and gives.kind not in (*_UNTOLD, *TAKES[Kind.MOMENT], Kind.NUMBER):
            self.findings.add(
                messages.OTHER_KIND, at, name=name, **said("wanted", Kind.MOMENT), **said("given", gives.kind)
            )

    def _check_literal(self, at: Written, value: object, type_: FieldType) -> None:
        problem = type_.parse(value, UTC)
        if isinstance(problem, Problem):
            self.findings.add(messages.BAD_VALUE, at, why_zh=problem.text("zh"), why_en=problem.text("en"))

    def _check_kind(self, at: Written, name: Written, gives: Type | None, type_: FieldType) -> None:
        holds = type_.formula_type
        if gives is None or gives.kind in _UNTOLD or holds.kind not in TAKES:
            return
        if gives.kind not in TAKES[holds.kind]:
            kinds = {**said("wanted", holds.kind), **said("given", gives.kind)}
            day = holds.kind is Kind.DATE and gives.kind is Kind.MOMENT
            self.findings.add(messages.MOMENT_FOR_DATE if day else messages.OTHER_KIND, at, name=name, **kinds)
        elif gives.options and all(isinstance(type_.parse(each, UTC), Problem) for each in gives.options):
            self.findings.add(
                messages.NO_OPTION_FITS, at, name=name, options=", ".join([*gives.options][:_MOST_LISTED])
            )

    def _type(self, given: Given) -> Type | None:
        """What kind of value it gives, as far as that can be said before a run."""
        match given:
            case Formula():
                return given.type
            case Add() | tuple():
                return Type(Kind.TAGS)
            case Template(parts=(tuple() as gap,)):
                found = self.scope.resolve(gap)
                return None if found is None else found.type
        return None


def _place(name: Written, raw: object) -> Written:
    """Where to point: at the text of the value, or at the field's name where it is no single text."""
    inner = (raw.text("formula") or raw.text("add")) if isinstance(raw, Part) else raw
    return inner if isinstance(inner, Written) else name


def _literal(given: Given) -> object:
    """The raw value that stands there whatever is at hand, or that only a run can tell."""
    match given:
        case Template():
            return _LATER if given.reads else "".join(part for part in given.parts if isinstance(part, str))
        case Add(value=value):
            more = _literal(value)
            return [more] if isinstance(more, str) else more
        case tuple():
            items = [_literal(each) for each in given]
            return _LATER if any(isinstance(each, _Later) for each in items) else items
        case Mapping() if given:  # an empty one may have lost keys that were wrong
            members = {name: _literal(each) for name, each in given.items()}
            return _LATER if any(isinstance(each, _Later) for each in members.values()) else members
        case bool() | Decimal():
            return text_of(given)
        case None:
            return None
    return _LATER


def _results(tree: Node) -> Iterator[str]:
    """The texts that stand in a formula as its result, or as one of its results."""
    match tree:
        case Constant(value=str(text)):
            yield text
        case Call(name=name, args=args):
            for each in _alternatives(name, args):
                yield from _results(each)


def _alternatives(name: str, args: tuple[Node, ...]) -> tuple[Node, ...]:
    match name:
        case "IF":
            return args[1:]
        case "IFS":
            return args[1::2]
        case "COALESCE":
            return args
        case "SWITCH":
            return (*args[2::2], *([] if len(args) % 2 else args[-1:]))
    return ()
