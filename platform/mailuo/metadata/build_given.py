"""Values to be filled in, built from what is written: templates, formulas, secrets, lists and maps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailuo.base.near import nearest
from mailuo.base.problems import Message
from mailuo.formulas import Formula, Template
from mailuo.formulas.scope import Name
from mailuo.metadata import messages as names
from mailuo.metadata import rule_messages as messages
from mailuo.metadata.compiler import Compiler
from mailuo.metadata.fitting import Fitting
from mailuo.metadata.given import Add, Given, Path, Secret
from mailuo.metadata.model import Flow, Table
from mailuo.metadata.outline import stored_field
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scopes import Layers

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?", re.ASCII)
_BARE = re.compile(r"[A-Za-z_]\w*(\.-?\w+)+", re.ASCII)
_PLACED = {"secret", "type", "digest", "form", "over", "prefix"}
_MEMBERS = re.compile(r"\w[\w-]*(\.-?\w[\w-]*)*")


@dataclass(frozen=True, slots=True)
class Style:
    """How values are written in a place."""

    literals: bool = False
    """Whether an unquoted number, true or false is one, not a text."""
    paths: bool = False
    """Whether a bare path such as `item.LogisticCode` stands for its value."""
    secrets: frozenset[str] | None = None
    """The names that `{secret: …}` may use; None where it may not stand."""


PLAIN = Style()
LITERAL = Style(literals=True)
OUTSIDE = Style(literals=True, paths=True)


@dataclass(frozen=True)
class Giver:
    """Builds values; what is wrong with them is reported."""

    compiler: Compiler

    def value(self, raw: object, scope: Layers, style: Style = PLAIN) -> Given:
        """The value; None where it is blank, or wrong and has been reported."""
        if isinstance(raw, Part):
            return self._of_part(raw, scope, style)
        if isinstance(raw, tuple):
            return tuple(self.value(each, scope, style) for each in raw)
        return self._of_text(raw, scope, style) if isinstance(raw, Written) else None

    def values(self, part: Part, scope: Layers, style: Style = LITERAL) -> Mapping[str, Given]:
        """The values of a map."""
        return {str(key): self.value(part.values[key], scope, style) for key in part}

    def fields(self, part: Part, table: str, scope: Layers) -> Mapping[str, Given]:
        """The values of a row's fields, each of which must be one that can be written."""
        outline = self.compiler.outlines.get(table)
        generated = [name for name in part if outline is not None and name == outline.generated]
        for name in generated:
            self.compiler.findings.add(names.GENERATED_KEY, name)
        return self._fields(part, table, scope, names.COMPUTED_FIELD)

    def sought(self, part: Part, table: str, scope: Layers, style: Style = PLAIN) -> Mapping[str, Given]:
        """The values by which a row is found, each of a field that is stored with it."""
        return self._fields(part, table, scope, names.NOT_SOUGHT_BY, style)

    def _fields(
        self, part: Part, table: str, scope: Layers, computed: Message, style: Style = PLAIN
    ) -> Mapping[str, Given]:
        outline, findings = self.compiler.outlines.get(table), self.compiler.findings
        values = self.values(part, scope, style)
        if outline is None:
            return {}
        found: dict[str, Given] = {}
        for name in part:
            if name in outline.fields:
                found[str(name)] = values[name]
            if stored_field(name, outline, findings, computed) is not None and not outline.fields[name].broken:
                Fitting(findings, scope).check(name, part.values[name], values[name], outline.fields[name].type)
        return found

    def moment(self, part: Part, key: str, scope: Layers, style: Style = PLAIN) -> Given:
        """The value of a key that names a moment; reported where it never can."""
        value = self.value(part.get(key), scope, style)
        Fitting(self.compiler.findings, scope).check_moment(part.key(key), part.get(key), value)
        return value

    def _of_text(self, text: Written, scope: Layers, style: Style) -> Given:
        if style.literals and not text.quoted:
            if text in ("true", "false"):
                return text == "true"
            if _NUMBER.fullmatch(text):
                return Decimal(text)
        if style.paths and _BARE.fullmatch(text) and self._is_path(text, scope):
            braced = Written.at(f"{{{text}}}", text.inside.moved(-1), text.path)
            return self.compiler.template_in(braced, scope)
        return self.compiler.template_in(text, scope)

    def _is_path(self, text: Written, scope: Layers) -> bool:
        """Whether a bare text is meant as a path: its first step is a name, or nearly one."""
        first = text.partition(".")[0]
        return scope.resolve(tuple(text.split("."))) is not None or nearest(first, scope.named) is not None

    def _of_part(self, part: Part, scope: Layers, style: Style) -> Given:
        names = {str(key) for key in part}
        if names == {"formula"}:
            return self.compiler.formula_in(part.text("formula"), scope)
        if names == {"add"}:
            return Add(self.value(part.get("add"), scope))
        if style.secrets is not None and names <= _PLACED and isinstance(part.get("secret"), Written):
            return self._secret(part, style.secrets)
        return self.values(part, scope, style)

    def _secret(self, part: Part, known: frozenset[str]) -> Secret | None:
        words = [part.text(key) for key in ("secret", "over") if key in part]
        for word in words:
            if word is not None and word not in known:
                self.compiler.findings.add(messages.NO_SECRET, word)
        return Secret(
            part.plain("secret") or "",
            part.plain("type") == "number",
            part.plain("digest"),
            part.plain("form"),
            part.plain("over"),
            part.plain("prefix") or "",
        )

    def path(self, word: Written | None, *roots: str) -> Path:
        """The steps of a path of members, without its root; empty where none is written."""
        if word is None:
            return ()
        if not _MEMBERS.fullmatch(word):
            self.compiler.findings.add(messages.NOT_A_PATH, word, example=f"{roots[0]}.Data" if roots else "data.rows")
            return ()
        steps = tuple(word.split("."))
        return steps[1:] if steps[0] in roots else steps


def only_gap(value: Given) -> Path | None:
    """The path of a template that is one gap and nothing else."""
    if isinstance(value, Template) and len(value.parts) == 1 and not isinstance(value.parts[0], str):
        return value.parts[0]
    return None


def name_of(value: Given, scope: Layers) -> Name | None:
    """What the one gap of a template names."""
    path = only_gap(value)
    return None if path is None else scope.resolve(path)


def reads_of(value: Given) -> frozenset[Path]:
    """Every path that a value reads."""
    if isinstance(value, (Template, Formula)):
        return value.reads
    if isinstance(value, Add):
        return reads_of(value.value)
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return frozenset(path for item in items for path in reads_of(item))


def report_parameter(compiler: Compiler, name: Written, operation: str, known: tuple[str, ...]) -> None:
    """Reports something given to an operation that does not use it."""
    near = nearest(name, known)
    if near:
        compiler.findings.add(messages.NOT_A_PARAMETER_NEAR, name, operation=operation, near=near)
    else:
        compiler.findings.add(messages.NOT_A_PARAMETER, name, operation=operation, known=", ".join(known) or "–")


def zone_of(word: Written | None, usual: ZoneInfo, compiler: Compiler) -> ZoneInfo:
    """The time zone that a text names, or the usual one; reported if there is none of that name."""
    if word is None:
        return usual
    try:
        return ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        compiler.findings.add(names.UNKNOWN_ZONE, word)
        return usual


def speakers_of(flow: Flow, node: str) -> set[str]:
    """Who may say that a node is reached, or an exit taken."""
    by = flow.nodes[node].by if node in flow.nodes else flow.exits[node].by
    return {speaker.source for speaker in by}


def public_forms(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The forms that outsiders fill in: `{form.ID}` is the address of one."""
    return tuple(form.id for table in tables.values() for form in table.forms.values() if form.public)
