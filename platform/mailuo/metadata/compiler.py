"""Compiling the formulas of declarations: each with the names it may use, and reported where it stands.

`Use` says where a formula stands and what may be named there (03b, 8 and 25): what a clock depends on must be
stored with the record and have a history, so that any moment can be computed again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from mailuo.base.problems import Problem, Problems
from mailuo.fields import Computed, FieldType, FormulaField, Link, Links, Lookup, Money, Rollup, User
from mailuo.fields.computed import UNKNOWN
from mailuo.formulas import Formula, Template, parse_formula, parse_template
from mailuo.formulas.amounts import amount_of
from mailuo.formulas.types import Kind, Type
from mailuo.metadata import messages, rule_messages
from mailuo.metadata.findings import CALENDAR, FIELD, Findings, Noun
from mailuo.metadata.names import Directory, TableScope
from mailuo.metadata.outline import FieldOutline, Outline
from mailuo.metadata.part import Written
from mailuo.metadata.scopes import Layers

BOOLEAN = Type(Kind.BOOLEAN)
MOMENT = Type(Kind.MOMENT)
NUMBER = Type(Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Use:
    """Where a formula stands, and what may be named there besides stored fields of the record itself."""

    zh: str
    en: str
    nodes: bool = True
    beyond: bool = True  # links, lookups, rollups, formula and system fields
    now: bool = True
    asker: bool = False  # ME()


WHEN = Use("when 条件", "when", nodes=False, beyond=False, now=False)
PAUSE_WHILE = Use("pause_while 条件", "pause_while", nodes=False, beyond=False, now=False)
CLOCK = Use("预警条件", "the condition of an alert", beyond=False, now=False)
CAUSE = Use("疑似原因", "a suspected cause")
FIELD_FORMULA = Use("公式字段", "a formula field")
CONDITION = Use("这个条件", "this condition")
DEFAULT = Use("默认值", "a default")
SEE = Use("see 条件", "see", asker=True)
FILTER = Use("视图筛选", "the filter of a view", asker=True)
VALUE = Use("动作", "an action")


@dataclass
class Compiler:
    """Compiles formulas against the outlines of all tables; computed fields are completed on the way."""

    outlines: Mapping[str, Outline]
    findings: Findings
    calendars: Collection[str] = ()
    _open: list[tuple[str, str]] = field(default_factory=list)
    _circular: set[tuple[str, str]] = field(default_factory=set)
    directory: Directory = field(init=False)

    def __post_init__(self) -> None:
        self.directory = Directory(self.outlines, self._complete)

    # Formulas and templates

    def formula(self, text: Written | None, table: str, use: Use, expects: Type | None = None) -> Formula | None:
        """The compiled formula, or None where it is wrong and has been reported; a bare name is a field."""
        if text is None or table not in self.outlines:
            return None
        scope = TableScope(self.directory, table)
        source = f"{{{text}}}" if self.directory.id_of(table, text) else str(text)
        place = text.inside if source == text else text.inside.moved(-1)
        result = parse_formula(source, scope, expects=expects, place=place)
        if not isinstance(result, Formula):
            if not any(name in text for name in self._unsure(table)):
                self.findings.problems += [problem.at(problem.place or text.place, text.path) for problem in result]
            return None
        return result if self._allowed(result, text, table, use) else None

    def formula_in(
        self, text: Written | None, scope: Layers, expects: Type | None = None, use: Use = VALUE
    ) -> Formula | None:
        """The compiled formula over names of several kinds, or None where it is wrong and has been reported."""
        if text is None:
            return None
        own = scope.own
        bare = isinstance(own, TableScope) and own.directory.id_of(own.table, text) is not None or text in scope.named
        source = f"{{{text}}}" if bare else str(text)
        place = text.inside.moved(-1) if bare else text.inside
        result = parse_formula(source, scope, expects=expects, place=place)
        if not isinstance(result, Formula):
            self._report_in(result, text)
            return None
        return result if self._allowed(result, text, None, use) else None

    def template_in(self, text: Written | None, scope: Layers) -> Template | None:
        """The compiled template over names of several kinds, or None where it is wrong and has been reported."""
        if text is None:
            return None
        result = parse_template(str(text), scope, place=text.inside)
        if isinstance(result, Template):
            return result
        self._report_in(result, text)
        return None

    def _report_in(self, problems: Problems, text: Written) -> None:
        if not any(name in text for table in self.outlines for name in self._unsure(table)):
            told = (_of_auth(problem) for problem in problems)
            self.findings.problems += [problem.at(problem.place or text.place, text.path) for problem in told]

    def template(self, text: Written | None, table: str) -> Template | None:
        """The compiled template, or None where it is wrong and has been reported."""
        if text is None or table not in self.outlines:
            return None
        result = parse_template(str(text), TableScope(self.directory, table), place=text.inside)
        if isinstance(result, Template):
            return result
        if not any(name in text for name in self._unsure(table)):
            self.findings.problems += [problem.at(problem.place or text.place, text.path) for problem in result]
        return None

    def _unsure(self, table: str) -> Iterator[str]:
        """Names whose own declaration is wrong: what a formula says about them is not judged."""
        for key, outline in self.outlines[table].fields.items():
            type_ = outline.type
            lost = isinstance(type_, (Link, Links)) and type_.to not in self.outlines
            if outline.broken or lost or (table, key) in self._circular:
                yield key
                yield outline.title

    def _allowed(self, formula: Formula, text: Written, table: str | None, use: Use) -> bool:
        """Whether the formula names nothing that may not be named where it stands; what may not is reported."""
        forbidden = dict(self._forbidden(formula, table, use))
        for name, why in forbidden.items():
            self.findings.problems.append(
                messages.FORBIDDEN_IN(
                    place=text.inside,
                    path=text.path,
                    found=name,
                    where_zh=use.zh,
                    where_en=use.en,
                    why_zh=why.zh,
                    why_en=why.en,
                )
            )
        unknown = [
            each
            for each in sorted(formula.calendars)
            if self.findings.name(Written.at(each, text.inside, text.path), self.calendars, CALENDAR) is None
        ]
        return not forbidden and not unknown

    def _forbidden(self, formula: Formula, table: str | None, use: Use) -> Iterator[tuple[str, Noun]]:
        if not use.asker and "ME" in formula.functions:
            yield "ME()", _ONLY_ASKED
        if not use.now:
            yield from (
                (f"{function}()", _NO_CLOCK) for function in ("NOW", "TODAY", "ME") if function in formula.functions
            )
        if table is None:
            return
        scope = TableScope(self.directory, table)
        for path in sorted(formula.reads):
            why = self._why_not(path, scope, use)
            if why:
                yield "{" + ".".join(path) + "}", why

    def _why_not(self, path: tuple[str, ...], scope: TableScope, use: Use) -> Noun | None:
        name = scope.resolve(path)
        if name is None or use.beyond:
            return None
        if len(path) > 1 or name.role in ("computed", "system"):
            return _NOT_STORED
        if name.role in ("node", "exit"):
            return None if use.nodes else _NO_NODES
        return _NO_USER if isinstance(self.directory.field_type(scope.table, path[0]), User) else None

    # Computed fields

    def complete_all(self) -> None:
        """Completes every computed field, so that each is checked even if nobody names it."""
        for table, outline in self.outlines.items():
            for name in outline.fields:
                self.directory.field_type(table, name)

    def _complete(self, directory: Directory, table: str, name: str, outline: FieldOutline) -> FieldType:
        if not isinstance(outline.type, Computed) or outline.part is None or outline.broken:
            return outline.type
        where = (table, name)
        if where in self._open:
            self._report_cycle(where)
            return outline.type
        self._open.append(where)
        try:
            return self._completed(table, outline.type, outline)
        finally:
            self._open.pop()

    def _completed(self, table: str, type_: FieldType, outline: FieldOutline) -> FieldType:
        if isinstance(type_, FormulaField):
            formula = self.formula(_option(outline, "formula"), table, FIELD_FORMULA)
            money = amount_of(formula.tree, partial(self._money, table)) if formula is not None else None
            return replace(type_, formula=formula, money=money)
        if isinstance(type_, Lookup):
            return self._lookup(table, type_, outline)
        if isinstance(type_, Rollup):
            return self._rollup(table, type_, outline)
        if isinstance(type_, Links):
            self._check_links(table, type_, outline)
        return type_

    def _money(self, table: str, path: Sequence[str]) -> Money | None:
        """The kind of money to which a path leads from a table; a limit of one field is none of a computed one."""
        *links, last = path
        for step in links:
            table = self.directory.link_target(table, step) or table
        if last not in self.outlines[table].fields:
            return None
        type_ = self.directory.field_type(table, last)
        kept = type_.like if isinstance(type_, Computed) else type_
        return Money(digits=kept.digits, currency=kept.currency) if isinstance(kept, Money) else None

    def _report_cycle(self, where: tuple[str, str]) -> None:
        ring = [*self._open[self._open.index(where) :], where]
        self._circular |= set(ring)
        table, name = where
        outline = self.outlines[table].fields[name]
        at = _option(outline, "formula") or _option(outline, "field")
        if at is not None:
            self.findings.add(messages.CYCLE, at, steps=" → ".join(f"{each[0]}.{each[1]}" for each in ring))

    def _lookup(self, table: str, type_: Lookup, outline: FieldOutline) -> Lookup:
        of, wanted = _option(outline, "of"), _option(outline, "field")
        if of is None or wanted is None or self.findings.name(of, self.outlines[table].fields, FIELD) is None:
            return type_
        if not isinstance(self.outlines[table].fields[of].type, Link):
            self.findings.add(messages.NOT_A_LINK, of)
            return type_
        target = self.directory.link_target(table, of)
        if target is None or self.findings.name(wanted, self.outlines[target].names, FIELD) is None:
            return type_
        name = self.directory.name(target, wanted)
        like = self.directory.field_type(target, wanted) if wanted in self.outlines[target].fields else None
        return replace(type_, result=name.type if name else UNKNOWN, target=like)

    def _rollup(self, table: str, type_: Rollup, outline: FieldOutline) -> Rollup:
        of, wanted, function = _option(outline, "of"), _option(outline, "field"), type_.function
        if of is None or self.findings.name(of, self.outlines[table].fields, FIELD) is None:
            return type_
        links = self.outlines[table].fields[of].type
        if not isinstance(links, Links):
            self.findings.add(messages.NOT_LINKS, of)
            return type_
        if wanted is None:
            if function != "count":
                self.findings.add(messages.ROLLUP_FIELD, of, fn=function)
            return replace(type_, result=NUMBER)
        return self._rollup_of(type_, links.to, wanted)

    def _rollup_of(self, type_: Rollup, target: str, wanted: Written) -> Rollup:
        if target not in self.outlines or self.findings.name(wanted, self.outlines[target].names, FIELD) is None:
            return type_
        name = self.directory.name(target, wanted)
        of = name.type if name else UNKNOWN
        if type_.function in ("sum", "avg") and of.kind not in (Kind.NUMBER, Kind.DURATION, Kind.OTHER):
            self.findings.add(messages.ROLLUP_TYPE, wanted, fn=type_.function)
        like = self.directory.field_type(target, wanted) if wanted in self.outlines[target].fields else None
        return replace(type_, result=NUMBER if type_.function == "count" else of, target=like)

    def _check_links(self, table: str, type_: Links, outline: FieldOutline) -> None:
        to, by = _option(outline, "to"), _option(outline, "by")
        if to is None or by is None or to not in self.outlines:
            return
        back = self.outlines[to].fields
        if self.findings.name(by, back, FIELD) is None:
            return
        link = back[by].type
        if not isinstance(link, Link) or link.to != table:
            self.findings.add(messages.LINKS_BACK, by, table=to, here=table)


_ONLY_ASKED = Noun("只能用在 see 和视图筛选里", "it belongs to see and to filters of views")
_NO_CLOCK = Noun("这里的结果不能随时间或提问的人改变", "the answer must not change with time or with who asks")
_NOT_STORED = Noun(
    "只能用记录自己存着的字段，不能用关联、引用、汇总、公式和系统字段",
    "only stored fields of the record itself, no links, lookups, rollups, formulas or system fields",
)
_NO_NODES = Noun("这里只能用字段，不能用节点的时间", "only fields can be used, not the times of nodes")
_NO_USER = Noun("这里不能用人员字段", "fields of persons cannot be used")


def _option(outline: FieldOutline, key: str) -> Written | None:
    return outline.part.text(key) if outline.part else None


def _of_auth(problem: Problem) -> Problem:
    """The same problem; of a secret it says that no formula may name one."""
    found = problem.values.get("found", "")
    if problem.code != "unknown_name" or not found.startswith("auth."):
        return problem
    return replace(problem, message=rule_messages.AUTH_ONLY_ID)
