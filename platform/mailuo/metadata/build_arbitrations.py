"""Arbitrations: which source is believed of a node, and what a conflict opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from mailuo.metadata import rule_messages as messages
from mailuo.metadata.arbitration import Arbitration, Dispute
from mailuo.metadata.build_given import Giver
from mailuo.metadata.compiler import Compiler
from mailuo.metadata.findings import NODE, TABLE
from mailuo.metadata.given import Given
from mailuo.metadata.model import Node, Table
from mailuo.metadata.names import TableScope
from mailuo.metadata.outline import stored_field
from mailuo.metadata.part import Part, Written
from mailuo.metadata.references import References
from mailuo.metadata.scopes import Layers, Row


@dataclass(frozen=True)
class Judged:
    """What arbitrations refer to besides names: the tables as they were built."""

    references: References
    tables: Mapping[str, Table]


def build_arbitration(name: Written, part: Part, compiler: Compiler, around: Judged) -> Arbitration | None:
    """The arbitration as declared, or None where it is too wrong to be one; what is wrong is reported."""
    return _ArbitrationBuilder(name, part, compiler, around).arbitration()


class _ArbitrationBuilder:
    """Builds one arbitration."""

    def __init__(self, name: Written, part: Part, compiler: Compiler, around: Judged) -> None:
        self._name = name
        self._part = part
        self._compiler = compiler
        self._findings = compiler.findings
        self._around = around

    def arbitration(self) -> Arbitration | None:
        """The whole rule."""
        part = self._part
        on = self._on()
        node = self._node(on)
        golden, auxiliary = self._sources(None if node is None or on is None else self._built(on, node))
        dispute = self._dispute(part.part("dispute"), on)
        if on is None or node is None or golden is None or dispute is None:
            return None
        return Arbitration(
            id=str(self._name),
            title=part.plain("title") or str(self._name),
            on=on,
            node=node,
            golden=golden,
            auxiliary=auxiliary,
            tolerance=part.span("tolerance") or timedelta(0),
            grace=part.span("grace"),
            dispute=dispute,
            enabled=part.flag("enabled", default=True),
            place=self._name.place,
        )

    def _on(self) -> str | None:
        word = self._part.text("on")
        if word is None or self._findings.name(word, self._compiler.outlines, TABLE) is None:
            return None
        if not self._compiler.outlines[word].nodes:
            self._findings.add(messages.NO_FLOW_TO_SAY, word, table=word)
            return None
        return str(word)

    def _node(self, on: str | None) -> str | None:
        word = self._part.text("node")
        if on is None or word is None:
            return None
        return self._findings.name(word, self._compiler.outlines[on].nodes, NODE)

    def _built(self, on: str, node: str) -> Node | None:
        flow = self._around.tables[on].flow
        return flow.nodes.get(node) if flow else None

    # Sources

    def _sources(self, node: Node | None) -> tuple[str | None, tuple[str, ...]]:
        golden = self._source(self._part.text("golden"), node)
        words = self._part.words("auxiliary")
        for word in words:
            if word == golden:
                self._findings.add(messages.GOLDEN_AND_AUXILIARY, word)
        named = tuple(source for word in words if (source := self._source(word, node)) is not None)
        if words or node is None:
            return golden, named
        return golden, tuple(speaker.source for speaker in node.by if speaker.source != golden)

    def _source(self, word: Written | None, node: Node | None) -> str | None:
        """A source as it stands in a `by`; that it stands in the node's own is checked where all else is right."""
        speakers = () if word is None else self._around.references.speakers((word,))
        if word is None or not speakers:
            return None
        source = speakers[0].source
        if node is not None and not self._findings.problems and source not in {each.source for each in node.by}:
            self._findings.add(messages.NOT_IN_BY, Written.at(node.id, word.place, word.path), source=source)
        return source

    # What a conflict does

    def _dispute(self, part: Part, on: str | None) -> Dispute | None:
        opened, needs = part.part("open"), part.part("needs")
        word = opened.text("table")
        table = None if word is None else self._findings.name(word, self._compiler.outlines, TABLE)
        values = self._values(opened, table, on)
        assigned, reviewed = part.part("assign").text("role"), part.part("reviewed_by").text("role")
        reviewer = None if reviewed is None else self._around.references.role(reviewed)
        if reviewer is None:
            return None
        return Dispute(
            table=table,
            values=values,
            assign_role=None if assigned is None else self._around.references.role(assigned),
            photo=needs.plain("photo"),
            time=self._time(needs.text("time"), word, table),
            reviewed_by=reviewer,
        )

    def _values(self, opened: Part, table: str | None, on: str | None) -> Mapping[str, Given]:
        if table is None or on is None:
            return {}
        directory = self._compiler.directory
        scope = Layers({"record": Row(directory, on)}, TableScope(directory, on))
        return Giver(self._compiler).fields(opened.part("set"), table, scope)

    def _time(self, word: Written | None, written: Written | None, table: str | None) -> str | None:
        if word is None:
            return None
        if written is None:
            self._findings.add(messages.TICKET_TIME, word)
            return None
        return None if table is None else stored_field(word, self._compiler.outlines[table], self._findings)


def check_nodes(rules: Mapping[Written, Part], compiler: Compiler) -> None:
    """Reports a node that is judged by two rules."""
    seen: dict[tuple[str, str], Written] = {}
    for part in rules.values():
        on, node = part.text("on"), part.text("node")
        if on is not None and node is not None:
            first = seen.setdefault((str(on), str(node)), node)
            if first is not node:
                compiler.findings.add(messages.NODE_ARBITRATED, node, first=first.place)
