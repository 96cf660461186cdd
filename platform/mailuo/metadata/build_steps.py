"""Steps of rules, built from what is written: each does one thing, with names that those before it gave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from mailuo.formulas import Formula, Template
from mailuo.formulas.tree import Call as Called
from mailuo.formulas.tree import Constant, nodes
from mailuo.formulas.types import NUMBER, Kind
from mailuo.metadata import messages as names
from mailuo.metadata import rule_messages as messages
from mailuo.metadata.automation import (
    Call,
    ClaimNode,
    Count,
    Create,
    Deed,
    Delete,
    ForEach,
    If,
    Set,
    Step,
    Stop,
    Tell,
    Todo,
    Update,
)
from mailuo.metadata.build_given import LITERAL, Giver, name_of, only_gap, report_parameter, speakers_of
from mailuo.metadata.compiler import BOOLEAN, CONDITION, Compiler
from mailuo.metadata.connector import Connector
from mailuo.metadata.findings import CONNECTOR, NODE, OPERATION, TABLE
from mailuo.metadata.given import Given
from mailuo.metadata.model import Table
from mailuo.metadata.names import TableScope
from mailuo.metadata.outline import stored_field
from mailuo.metadata.part import Part, Written
from mailuo.metadata.references import References, tells_nobody
from mailuo.metadata.scopes import Body, Layers, Row, Value

ROOTS = frozenset({"record", "item", "event", "part", "form", "trace", "body", "row"})


@dataclass(frozen=True)
class Surroundings:
    """What rules refer to besides tables."""

    references: References
    tables: Mapping[str, Table]
    connectors: Mapping[str, Connector]
    written_connectors: Mapping[str, Part]
    """As they stand in their files: what is wrong with one hides none of its names."""


@dataclass(frozen=True)
class Stage:
    """Where a step stands: the names it may use, the table of the record, and in whose name it may speak."""

    scope: Layers
    table: str | None
    speaks: tuple[str, ...] = ("automation",)


class StepBuilder:
    """Builds steps."""

    def __init__(self, compiler: Compiler, around: Surroundings) -> None:
        self._compiler = compiler
        self._around = around
        self._findings = compiler.findings
        self._giver = Giver(compiler)
        self._deeds: Mapping[str, Callable[[Part, Stage, str], Deed | None]] = {
            "set": self._set,
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
            "claim": self._claim,
            "notify": self._tell,
            "todo": self._todo,
            "call": self._call,
            "for_each": self._for_each,
            "if": self._if,
            "count": self._count,
            "stop": self._stop,
        }

    def steps(self, parts: tuple[Part, ...], stage: Stage, path: str) -> tuple[Step, ...]:
        """The steps of a list; what one gives a name is known to those after it."""
        found: list[Step] = []
        for place, part in enumerate(parts):
            step = self._step(part, stage, f"{path}.{place}")
            if step is None:
                stage = self._after_wrong(part, stage)
            else:
                found.append(step)
                stage = self._after(step.deed, stage)
        return tuple(found)

    def _after_wrong(self, part: Part, stage: Stage) -> Stage:
        """The stage after a step that is wrong: what it would have given a name to is not judged."""
        given = (part.part(word).text("as") for word in ("create", "update") if word in part)
        names = [str(name) for name in given if name is not None]
        return self._naming(stage, names[0], Body(None)) if names else stage

    def _step(self, part: Part, stage: Stage, path: str) -> Step | None:
        words = [key for key in part if key in self._deeds]
        if not part.values:
            return None
        if not words:
            key = part.key("do" if "do" in part else "else")
            self._findings.problems.append(
                messages.DO_ALONE(place=key.place, path=key.path, found=key, fits="for_each / if")
                if "do" in part or "else" in part
                else messages.NO_DEED(place=part.place, path=part.path)
            )
            return None
        for word in words[1:]:
            self._findings.add(messages.SEVERAL_DEEDS, word, first=words[0])
        self._check_do(part, words[0])
        deed = self._deeds[words[0]](part, stage, path)
        if deed is None:
            return None
        usual = "retry" if isinstance(deed, Call) else "stop"
        return Step(deed, cast(Literal["retry", "skip", "stop"], part.plain("on_error") or usual), path)

    def _check_do(self, part: Part, word: Written) -> None:
        if word in ("for_each", "if"):
            if "do" not in part:
                self._findings.add(messages.NO_DO, word)
        elif "do" in part:
            self._findings.add(messages.DO_ALONE, part.key("do"), fits="for_each / if")
        if "else" in part and word != "if":
            self._findings.add(messages.DO_ALONE, part.key("else"), fits="if")

    def _after(self, deed: Deed, stage: Stage) -> Stage:
        """The stage of the next step."""
        match deed:
            case Create(name=str(name), table=table) | Update(name=str(name), table=table):
                return self._naming(stage, name, Row(self._compiler.directory, table))
            case Count(name=name):
                return self._naming(stage, name, Value(NUMBER))
            case Call(name=str(name), connector=connector, operation=operation):
                found = self._around.connectors.get(connector)
                known = found.operations.get(operation) if found else None
                named = self._naming(stage, name, Body(tuple(known.result) or None if known else None))
                return replace(named, speaks=(*named.speaks, connector))
            case Call(connector=connector):
                return replace(stage, speaks=(*stage.speaks, connector))
        return stage

    def _naming(self, stage: Stage, name: str, member: Row | Body | Value) -> Stage:
        return replace(stage, scope=stage.scope.having(**{name: member}))

    def _named(self, part: Part, stage: Stage) -> str | None:
        """The name that a step gives; one that means something already is reported."""
        word = part.text("as")
        if word is not None and (word in ROOTS or word in stage.scope.named):
            self._findings.add(messages.NAME_TAKEN, word)
        return None if word is None else str(word)

    # Rows

    def _set(self, part: Part, stage: Stage, path: str) -> Deed | None:
        if stage.table is None:
            self._findings.add(messages.NO_RECORD_TO_SET, part.key("set"))
            return None
        return Set(stage.table, self._giver.fields(part.part("set"), stage.table, stage.scope))

    def _table(self, word: Written | None) -> str | None:
        return None if word is None else self._findings.name(word, self._compiler.outlines, TABLE)

    def _create(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("create")
        table = self._table(part.text("table"))
        if table is None:
            return None
        outline = self._compiler.outlines[table]
        match = (stored_field(word, outline, self._findings) for word in part.words("match"))
        initially = self._giver.fields(part.part("initially"), table, stage.scope) if "initially" in part else None
        values = self._giver.fields(part.part("set"), table, stage.scope)
        return Create(table, values, tuple(each for each in match if each), initially, self._named(part, stage))

    def _update(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("update")
        if "set" not in part and "as" not in part:
            self._findings.problems.append(messages.CHANGES_NOTHING(place=part.place, path=part.path))
        self._check_one_way(part, ("record", "where", "match"))
        record = self._giver.value(part.get("record"), stage.scope)
        table = self._which(part, "update", record, stage)
        if table is None:
            return None
        match = self._giver.sought(part.part("match"), table, stage.scope) if "match" in part else None
        values = self._giver.fields(part.part("set"), table, stage.scope)
        return Update(table, values, record, self._where(part, table, stage), match, self._named(part, stage))

    def _delete(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("delete")
        self._check_one_way(part, ("record", "where"))
        record = self._giver.value(part.get("record"), stage.scope)
        table = self._which(part, "delete", record, stage)
        return None if table is None else Delete(table, record, self._where(part, table, stage))

    def _check_one_way(self, part: Part, keys: tuple[str, ...]) -> None:
        written = [part.key(key) for key in keys if key in part]
        for key in written[1:]:
            self._findings.add(messages.TWO_WAYS_TO_FIND, key, first=written[0])

    def _which(self, part: Part, word: str, record: Given, stage: Stage) -> str | None:
        """The table of the rows that are meant: as written, else the one that the record's link leads to.

        A link may lead to a table whose own file cannot be read; that is told elsewhere.
        """
        if "table" in part:
            return self._table(part.text("table"))
        name = name_of(record, stage.scope)
        if name is not None and name.type.table is not None:
            return name.type.table if name.type.table in self._compiler.outlines else None
        wanted = "of" if word == "claim" else "table"
        if "record" in part:
            said = part.text("record")
            if record is not None and said is not None and not self._findings.lost_tables:
                self._findings.add(messages.WHOSE_ROW, said, wanted=wanted)
            return None
        if stage.table is None:
            self._findings.add(messages.NO_RECORD, Written.at(word, part.place, part.path), wanted=wanted)
        return stage.table

    def _where(self, part: Part, table: str, stage: Stage) -> Formula | None:
        """A condition over the rows of a table, with the named values of the rule."""
        text = part.text("where")
        scope = Layers(stage.scope.named, TableScope(self._compiler.directory, table))
        formula = self._compiler.formula_in(text, scope, BOOLEAN, CONDITION)
        if formula is not None and text is not None and _needs_python(formula):
            self._findings.add(messages.ONLY_IN_PYTHON, text)
        return formula

    # Words and messages

    def _claim(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("claim")
        record = self._giver.value(part.get("record"), stage.scope)
        table = self._table(part.text("of")) if "of" in part else self._which(part, "claim", record, stage)
        node = part.text("node")
        if table is None or node is None:
            return None
        outline = self._compiler.outlines[table]
        if not outline.nodes:
            self._findings.add(messages.NO_FLOW_TO_SAY, node, table=table)
            return None
        found = self._findings.name(node, (*outline.nodes, *outline.exits), NODE)
        if found is None:
            return None
        at = self._giver.moment(part, "at", stage.scope)
        said = self._giver.value(part.get("part"), stage.scope)
        return ClaimNode(found, table, record, at, said, self._source(part, node, table, stage))

    def _source(self, part: Part, node: Written, table: str, stage: Stage) -> str:
        word = part.text("source")
        source = str(word or stage.speaks[0])
        if word is not None and word not in stage.speaks:
            self._findings.add(messages.CANNOT_SPEAK, word, known=", ".join(stage.speaks))
        elif not self._findings.problems and source not in self._heard(table, str(node)):
            self._findings.add(messages.NOT_IN_BY, node, source=source)
        return source

    def _heard(self, table: str, node: str) -> set[str]:
        flow = self._around.tables[table].flow
        return speakers_of(flow, node) if flow else set()

    def _tell(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("notify")
        references = self._around.references
        users = tuple(self._giver.value(word, stage.scope) for word in part.words("users"))
        if tells_nobody(part):
            self._findings.problems.append(names.NOTIFY_NOBODY(place=part.place, path=part.path))
        return Tell(
            cast(Literal["wecom", "email", "popup"], part.plain("via")),
            references.roles_of(part.words("roles")),
            references.roles_of(part.words("cc")),
            users,
            part.flag("everyone"),
            self._compiler.template_in(part.text("text"), stage.scope),
            self._compiler.template_in(part.text("subject"), stage.scope),
        )

    def _todo(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("todo")
        role, text = part.text("role"), self._compiler.template_in(part.text("text"), stage.scope)
        if "role" in part and "user" in part:
            self._findings.add(messages.TWO_WAYS_TO_FIND, part.key("user"), first="role")
        if "role" not in part and "user" not in part:
            self._findings.problems.append(names.NOTIFY_NOBODY(place=part.place, path=part.path))
        return Todo(
            text or Template("", (), frozenset()),
            None if role is None else self._around.references.role(role),
            self._giver.value(part.get("user"), stage.scope),
            self._compiler.formula_in(part.text("until"), stage.scope, BOOLEAN, CONDITION),
        )

    def _call(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("call")
        values = self._giver.values(part.part("with"), stage.scope, LITERAL)
        connector, operation = part.text("connector"), part.text("operation")
        if connector is None or operation is None:
            return None
        if self._findings.name(connector, self._around.written_connectors, CONNECTOR) is None:
            return None
        written = self._around.written_connectors[connector]
        if self._findings.name(operation, written.part("operations"), OPERATION) is None:
            return None
        self._check_parameters(part.part("with"), connector, operation)
        return Call(str(connector), str(operation), values, self._named(part, stage))

    def _check_parameters(self, given: Part, connector: str, operation: str) -> None:
        """Reports what is given to an operation that its request does not use."""
        found = self._around.connectors.get(connector)
        known = found.operations.get(operation) if found else None
        if known is None:
            return
        for name in given:
            if name not in known.parameters:
                report_parameter(self._compiler, name, operation, known.parameters)

    # Control

    def _for_each(self, step: Part, stage: Stage, path: str) -> Deed | None:
        raw = step.get("for_each")
        if isinstance(raw, Part):
            table = self._table(raw.text("of"))
            where = self._where(raw, table, stage) if table else None
            over = ForEach(table, (), (), where)
        else:
            over = self._over(step.text("for_each"), stage) or ForEach(None, ())
        member = Row(self._compiler.directory, over.table) if over.table else Body()
        inner = replace(stage, scope=stage.scope.having(item=member))
        steps = self.steps(step.parts("do"), inner, f"{path}.do")
        return ForEach(over.table, steps, over.links, over.where, over.each)

    def _over(self, text: Written | None, stage: Stage) -> ForEach | None:
        """What a links field, or a list that came in, goes over."""
        template = self._compiler.template_in(text, stage.scope)
        if text is None or template is None:
            return None
        way = only_gap(template)
        name = stage.scope.resolve(way) if way else None
        if way is not None and name is not None:
            if name.type.kind is Kind.LINKS and name.type.table in self._compiler.outlines:
                return ForEach(name.type.table, (), links=way)
            if name.type.outside:
                return ForEach(None, (), each=way)
        self._findings.add(messages.NOT_A_LIST, text)
        return None

    def _count(self, step: Part, stage: Stage, path: str) -> Deed | None:
        part = step.part("count")
        of, name = part.text("of"), self._named(part, stage)
        if of is None or name is None:
            return None
        if of.startswith("{"):
            over = self._over(of, stage)
            return None if over is None else Count(name, over.table, over.links, None, over.each)
        table = self._table(of)
        return None if table is None else Count(name, table, (), self._where(part, table, stage))

    def _if(self, step: Part, stage: Stage, path: str) -> Deed | None:
        condition = self._compiler.formula_in(step.text("if"), stage.scope, BOOLEAN, CONDITION)
        steps = self.steps(step.parts("do"), stage, f"{path}.do")
        otherwise = self.steps(step.parts("else"), stage, f"{path}.else")
        return If(condition, steps, otherwise) if condition else None

    def _stop(self, step: Part, stage: Stage, path: str) -> Deed | None:
        raw = step.get("stop")
        text = self._compiler.template_in(raw, stage.scope) if isinstance(raw, Written) else None
        return Stop(text)


def _needs_python(formula: Formula) -> bool:
    """Whether a formula reads a value from outside as a moment, which no store can."""
    calls = (node for node in nodes(formula.tree) if isinstance(node, Called) and node.name == "DATETIME")
    return any(not isinstance(call.args[0], Constant) for call in calls)
