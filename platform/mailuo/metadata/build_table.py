"""Tables: fields, key, views and forms, with their formulas compiled."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, cast
from zoneinfo import ZoneInfo

from mailuo.base.problems import Problem
from mailuo.fields import Choice, Computed, Date, Datetime, FieldType, Link, Links, Text, User
from mailuo.fields.barcode import Barcode
from mailuo.formulas import Formula
from mailuo.metadata import messages
from mailuo.metadata.build_flow import build_flow
from mailuo.metadata.compiler import BOOLEAN, CONDITION, DEFAULT, FILTER, Compiler
from mailuo.metadata.findings import COLUMN, FIELD, TABLE
from mailuo.metadata.key_pattern import UNITS, BadPattern, KeyPattern, parse_pattern
from mailuo.metadata.model import Field, Form, Key, SortKey, Table, Validation, View
from mailuo.metadata.names import TableScope
from mailuo.metadata.outline import FieldOutline, Outline, stored_field
from mailuo.metadata.part import Part, Written, bare
from mailuo.metadata.references import References

_KEY_TYPES = (Text, Barcode)
_LIFELINE = "lifeline"
_PLAIN_PATH = re.compile(r"[\w.]+")


def build_table(name: Written, part: Part, compiler: Compiler, references: References, zone: ZoneInfo) -> Table:
    """The table as declared; what is wrong is reported to the compiler's findings."""
    builder = _TableBuilder(str(name), part, compiler, references, zone)
    key = builder.key()
    return Table(
        id=str(name),
        title=part.plain("title") or str(name),
        fields=builder.fields(key),
        icon=part.plain("icon"),
        was=part.plain("was"),
        key=key,
        flow=build_flow(str(name), part.part("flow"), compiler, references) if "flow" in part else None,
        views={str(view): builder.view(view, each) for view, each in part.named("views")},
        forms={str(form): builder.form(form, each) for form, each in part.named("forms")},
        help=part.plain("help"),
        place=name.place,
    )


class _TableBuilder:
    """Builds the parts of one table."""

    def __init__(self, table: str, part: Part, compiler: Compiler, references: References, zone: ZoneInfo) -> None:
        self._table = table
        self._part = part
        self._compiler = compiler
        self._references = references
        self._findings = compiler.findings
        self._zone = zone

    @property
    def _outline(self) -> Outline:
        return self._compiler.outlines[self._table]

    # Fields

    def fields(self, key: Key | None) -> Mapping[str, Field]:
        """The fields in their order; what the key is made from is required, the key itself readonly."""
        built = {name: self._field(name, outline) for name, outline in self._outline.fields.items()}
        if key is None:
            return built
        for name in _key_parts(key):
            if name in built and not isinstance(built[name].type, Computed):
                built[name] = replace(built[name], required=True)
        if key.field in built:
            built[key.field] = replace(
                built[key.field], unique=True, readonly=key.pattern is not None, required=key.pattern is None
            )
        return built

    def _field(self, name: str, outline: FieldOutline) -> Field:
        part = outline.part
        type_ = self._compiler.directory.field_type(self._table, name)
        if part is None:
            return Field(name, outline.title, type_, place=self._part.place)
        self._check_target(part, type_)
        default, formula = self._default(part, type_, outline)
        self._check_computed(part, type_)
        return Field(
            id=name,
            title=outline.title,
            type=type_,
            help=part.plain("help"),
            was=part.plain("was"),
            required=part.flag("required"),
            default=default,
            default_formula=formula,
            unique=part.flag("unique"),
            unique_with=self._names(part.words("unique_with")),
            index=part.flag("index"),
            readonly=part.flag("readonly"),
            hidden=part.flag("hidden"),
            visible_when=self._compiler.formula(part.text("visible_when"), self._table, CONDITION, BOOLEAN),
            validate=self._validation(part.part("validate")),
            personal=part.flag("personal"),
            release=part.flag("release"),
            place=part.place,
        )

    def _check_target(self, part: Part, type_: FieldType) -> None:
        to = part.text("to")
        if isinstance(type_, (Link, Links)) and to is not None:
            self._findings.name(to, self._compiler.outlines, TABLE)

    def _check_computed(self, part: Part, type_: FieldType) -> None:
        if not isinstance(type_, Computed):
            return
        for key in ("default", "required", "unique", "unique_with"):
            if part.get(key):
                self._findings.problems.append(
                    messages.DEFAULT_OF_COMPUTED(place=part.key(key).place, path=part.key(key).path)
                )

    def _default(self, part: Part, type_: FieldType, outline: FieldOutline) -> tuple[object, Formula | None]:
        raw = part.get("default")
        if raw is None or isinstance(type_, Computed) or outline.broken:
            return None, None
        if isinstance(raw, Part) and "formula" in raw and len(raw.values) == 1:
            return None, self._compiler.formula(raw.text("formula"), self._table, DEFAULT, type_.formula_type)
        value = type_.parse(bare(raw), self._zone)
        if isinstance(value, Problem):
            at = raw if isinstance(raw, Written) else part.key("default")
            self._findings.add(messages.BAD_DEFAULT, at, why_zh=value.text("zh"), why_en=value.text("en"))
            return None, None
        return value, None

    def _validation(self, part: Part) -> Validation | None:
        formula = self._compiler.formula(part.text("formula"), self._table, CONDITION, BOOLEAN)
        return Validation(formula, part.plain("message")) if formula else None

    def _names(self, words: Iterable[Written]) -> tuple[str, ...]:
        known = (self._findings.name(word, self._outline.fields, FIELD) for word in words)
        return tuple(name for name in known if name is not None)

    # Key

    def key(self) -> Key | None:
        """The key, its pattern checked against the fields it is made from."""
        part = self._part.part("key")
        field = part.text("field")
        if field is None:
            return None
        outline = self._outline.fields.get(field)
        if outline and not outline.broken and type(outline.type) not in _KEY_TYPES:
            self._findings.add(messages.KEY_FIELD_TYPE, field, type=outline.type.name)
        pattern = self._pattern(part.text("pattern"))
        restart = part.words("restart")
        self._check_restart(restart, pattern)
        return Key(str(field), part.plain("pattern"), tuple(str(word) for word in restart))

    def _pattern(self, text: Written | None) -> KeyPattern | None:
        if text is None:
            return None
        pattern = parse_pattern(text)
        if isinstance(pattern, BadPattern):
            self._findings.add(messages.KEY_PATTERN, text, why_zh=pattern.zh, why_en=pattern.en)
            return None
        for piece in pattern.pieces:
            if piece.field is not None:
                self._check_piece(text, piece.field, piece.format)
        return pattern

    def _check_piece(self, text: Written, name: str, format_: str | None) -> None:
        word = Written.at(name, text.inside.moved(text.find("{" + name) + 1), text.path)
        if self._findings.name(word, self._outline.fields, FIELD) is None:
            return
        type_ = self._outline.fields[name].type
        dated = isinstance(type_, (Date, Datetime))
        if isinstance(type_, Computed) or dated != (format_ is not None):
            self._findings.add(
                messages.KEY_PATTERN, text,
                why_zh=f"{{{name}}} 要么是不带格式的普通字段，要么是带格式的日期，例如 {{{name}:%Y%m%d}}",
                why_en=f"{{{name}}} must be a stored field, and a date must have a format, such as {{{name}:%Y%m%d}}",
            )  # fmt: skip

    def _check_restart(self, restart: tuple[Written, ...], pattern: KeyPattern | None) -> None:
        if pattern is None:
            return
        for word in restart:
            if not pattern.counts:
                self._findings.add(messages.KEY_FOR_SEQ, word)
            elif word not in pattern.fields and not (word in UNITS and pattern.date_field):
                self._findings.add(messages.KEY_RESTART, word)

    # Views and forms

    def view(self, name: Written, part: Part) -> View:
        """A view, its names and formulas checked."""
        kind = part.plain("type")
        return View(
            id=str(name),
            title=part.plain("title") or str(name),
            type=cast(
                Literal["grid", "kanban", "calendar"], kind if kind in ("grid", "kanban", "calendar") else "grid"
            ),
            filter=self._compiler.formula(part.text("filter"), self._table, FILTER, BOOLEAN),
            sort=tuple(key for word in part.words("sort") if (key := self._sort_key(word))),
            columns=tuple(path for word in part.words("columns") if (path := self._column(word))),
            group=self._group(part.text("group"), kind),
        )

    def _sort_key(self, word: Written) -> SortKey | None:
        descending = word.startswith("-")
        text = Written.at(word.removeprefix("-"), word.inside.moved(1 if descending else 0), word.path)
        if "{" not in text and _PLAIN_PATH.fullmatch(text) and not self._column(text):
            return None
        source = text if "{" in text else Written.at(f"{{{text}}}", text.place.moved(-1), text.path)
        formula = self._compiler.formula(source, self._table, FILTER)
        return SortKey(formula, descending) if formula else None

    def _column(self, word: Written) -> str | None:
        """The path in ids of what a column shows: a name of the table, or through links one of another."""
        scope = TableScope(self._compiler.directory, self._table)
        if word == _LIFELINE and "flow" in self._part:
            return _LIFELINE
        name = scope.resolve(tuple(word.split(".")))
        if name is None:
            self._findings.name(word, (*scope.known(()), _LIFELINE), COLUMN)
        return ".".join(name.path) if name else None

    def _group(self, word: Written | None, kind: str | None) -> str | None:
        path = self._column(word) if word else None
        if word is None or path is None:
            return None
        field = self._outline.fields.get(path)
        if kind == "calendar":
            dated = (
                path in self._outline.nodes
                or path.endswith("_at")
                or (field and isinstance(field.type, (Date, Datetime)))
            )
            if not dated:
                self._findings.add(messages.GROUP_CALENDAR, word)
        elif path != "status" and not (field and isinstance(field.type, (Choice, User, Link))):
            self._findings.add(messages.GROUP_BY, word)
        return path

    def form(self, name: Written, part: Part) -> Form:
        """A form, its fields checked."""
        names = (stored_field(word, self._outline, self._findings) for word in part.words("fields"))
        fields = tuple(name for name in names if name is not None)
        return Form(str(name), part.plain("title") or str(name), part.flag("public"), fields, part.plain("help"))


def _key_parts(key: Key) -> tuple[str, ...]:
    pattern = parse_pattern(key.pattern) if key.pattern else None
    return pattern.fields if isinstance(pattern, KeyPattern) else ()
