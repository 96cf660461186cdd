"""Questions: what is asked about numbers, read and checked against what the actor may ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailuo.analytics.grain import GRAINS, Grain, formula_of
from mailuo.analytics.measure import MEASURES, Measure
from mailuo.analytics.messages import (
    LIMIT,
    NEEDED,
    NOT_A_DIMENSION,
    NOT_A_GRAIN,
    NOT_A_MEASURE,
    NOT_A_MOMENT,
    NOT_A_TEXT,
    NOT_GROUPABLE,
    NOT_MEASURED,
    TOO_MANY_DIMENSIONS,
    UNKNOWN_MEMBER,
    UNKNOWN_MEMBER_NEAR,
)
from mailuo.base.moments import parse_moment
from mailuo.base.near import nearest
from mailuo.base.problems import Problem
from mailuo.fields.text import control_problem
from mailuo.formulas import Formula, parse_formula
from mailuo.formulas.types import TEXTS, WORDS, Kind
from mailuo.records.actor import Actor
from mailuo.records.messages import UNKNOWN_TABLE, BadQuestion, NoSuchThing
from mailuo.records.policy import AskScope
from mailuo.records.query import read_filter, unknown
from mailuo.records.running import Running

MOST_GROUPS = 10_000
_DEFAULT = 1_000
_MOST_DIMENSIONS = 2
_MEMBERS = ("of", "measure", "by", "filter", "as_of", "limit")
_NAME = re.compile(r"[^\W\d][\w.]*")
_GROUPED = frozenset({Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.DURATION, Kind.BOOLEAN, *TEXTS})


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing by which records are grouped: its id in the answer, its title, its formula, perhaps its grain."""

    id: str
    title: str
    formula: Formula
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A checked question."""

    table: str
    measure: Measure
    value: Formula | None
    by: tuple[Dimension, ...]
    filter: Formula | None
    as_of: datetime | None
    limit: int

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula that is computed over the records."""
        more = [each for each in (self.value, self.filter) if each is not None]
        return (*(dimension.formula for dimension in self.by), *more)


def read_question(running: Running, actor: Actor, body: Mapping[str, object]) -> Question:
    """The question that a body asks; refuses with everything that is wrong with it."""
    return _Reading(running, actor, body).question()


class _Reading:
    """The reading of one body."""

    def __init__(self, running: Running, actor: Actor, body: Mapping[str, object]) -> None:
        self._running = running
        self._actor = actor
        self._body = body
        self._problems: list[Problem] = []

    def question(self) -> Question:
        """The checked question."""
        table = self._table()
        self._scope = self._running.policy.scope(self._actor, table)
        self._check_members()
        measure, value = self._measure()
        by = self._dimensions()
        question = Question(table, measure, value, by, self._filter(), self._as_of(), self._limit())
        if self._problems:
            raise BadQuestion(*self._problems)
        return question

    def _table(self) -> str:
        of = self._body.get("of")
        if not isinstance(of, str):
            raise BadQuestion(NEEDED(field="of", found="of"))
        if not self._running.access(self._actor, of).sees:
            raise NoSuchThing(UNKNOWN_TABLE(found=of[:60]))
        return of

    def _check_members(self) -> None:
        for name in self._body:
            if name not in _MEMBERS:
                near = nearest(name, _MEMBERS)
                said = UNKNOWN_MEMBER_NEAR if near else UNKNOWN_MEMBER
                self._problems.append(said(field=name[:60], found=name[:60], near=near or ""))

    def _measure(self) -> tuple[Measure, Formula | None]:
        asked = self._body.get("measure", "count")
        if isinstance(asked, str) and asked == "count":
            return MEASURES["count"], None
        pair = next(iter(asked.items())) if isinstance(asked, Mapping) and len(asked) == 1 else ("", "")
        measure, text = MEASURES.get(str(pair[0])), pair[1]
        if measure is None or not isinstance(text, str):
            self._problems.append(NOT_A_MEASURE(field="measure", known=" ".join(MEASURES)))
            return MEASURES["count"], None
        value = self._formula(text, "measure")
        if value is not None and value.type.kind not in measure.kinds:
            zh, en = WORDS[value.type.kind]
            self._problems.append(NOT_MEASURED(field="measure", measure=measure.id, kind_zh=zh, kind_en=en))
        return measure, value

    def _dimensions(self) -> tuple[Dimension, ...]:
        asked = self._body.get("by") or ()
        entries: Sequence[object] = asked if isinstance(asked, (list, tuple)) else (asked,)
        if len(entries) > _MOST_DIMENSIONS:
            self._problems.append(TOO_MANY_DIMENSIONS(field="by", most=_MOST_DIMENSIONS))
            return ()
        found = [self._dimension(entry) for entry in entries]
        return tuple(dimension for dimension in found if dimension is not None)

    def _dimension(self, entry: object) -> Dimension | None:
        match entry:
            case str():
                formula = self._formula(entry, "by")
                return None if formula is None else self._grouped(Dimension(entry, self._title(entry), formula))
            case {"field": str(name), "grain": str(grain), **rest} if not rest and _NAME.fullmatch(name):
                return self._grained(name, grain)
            case {"field": str(name), **rest} if not rest:
                return self._dimension(name)
        self._problems.append(NOT_A_DIMENSION(field="by"))
        return None

    def _grained(self, name: str, wanted: str) -> Dimension | None:
        grain = GRAINS.get(wanted)
        if grain is None:
            self._problems.append(NOT_A_GRAIN(field="by", found=wanted[:60], known=" ".join(GRAINS)))
            return None
        if self._formula(name, "by") is None:
            return None
        formula = self._parsed(formula_of(grain, name), "by")
        word = grain.zh if self._actor.language == "zh" else grain.en
        return (
            None if formula is None else Dimension(f"{name}:{wanted}", f"{self._title(name)} · {word}", formula, grain)
        )

    def _grouped(self, dimension: Dimension) -> Dimension | None:
        if dimension.formula.type.kind in _GROUPED:
            return dimension
        self._problems.append(NOT_GROUPABLE(field="by", found=dimension.id[:60]))
        return None

    def _filter(self) -> Formula | None:
        text = self._body.get("filter")
        if text is None or text == "":
            return None
        if not isinstance(text, str):
            self._problems.append(NOT_A_TEXT(field="filter", found="filter"))
            return None
        return self._collected(read_filter(text, self._scope))

    def _as_of(self) -> datetime | None:
        raw = self._body.get("as_of")
        if raw is None:
            return None
        at = parse_moment(raw, self._running.zone) if isinstance(raw, str) else None
        if at is None:
            self._problems.append(NOT_A_MOMENT(field="as_of"))
        return at

    def _limit(self) -> int:
        limit = self._body.get("limit", _DEFAULT)
        if isinstance(limit, int) and not isinstance(limit, bool) and 1 <= limit <= MOST_GROUPS:
            return limit
        self._problems.append(LIMIT(field="limit", most=MOST_GROUPS))
        return _DEFAULT

    # Names and formulas

    def _formula(self, text: str, where: str) -> Formula | None:
        """The formula that a text says; a mere name is that of a field, a node or a path."""
        if not _NAME.fullmatch(text):
            return self._parsed(text, where)
        if self._scope.resolve(tuple(text.split("."))) is None:
            self._problems.append(unknown(text, self._scope, where))
            return None
        return self._parsed(f"{{{text}}}", where)

    def _parsed(self, text: str, where: str) -> Formula | None:
        problem = control_problem(text)
        parsed = (problem,) if problem else parse_formula(text, self._scope)
        return self._collected(parsed, where)

    def _collected(self, parsed: "Formula | tuple[Problem, ...]", where: str = "filter") -> Formula | None:
        if isinstance(parsed, Formula):
            return parsed
        self._problems += [replace(problem, field=where) for problem in parsed]
        return None

    def _title(self, text: str) -> str:
        """The title of what a name names; of a formula, itself."""
        if not _NAME.fullmatch(text):
            return text
        return " · ".join(_titles(self._running, self._scope, tuple(text.split("."))))


def _titles(running: Running, scope: AskScope, path: tuple[str, ...]) -> Sequence[str]:
    name = scope.resolve(path)
    titles: list[str] = []
    table = scope.whole.table
    for step in name.path if name else path:
        outline = running.directory.outlines[table]
        titles.append(outline.titles.get(step, step))
        table = running.directory.link_target(table, step) or table
    return titles
