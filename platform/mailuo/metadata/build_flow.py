"""Flows: nodes, their predecessors and speakers, and the ways out."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from mailuo.base.problems import Message
from mailuo.fields import Links
from mailuo.metadata import messages
from mailuo.metadata.compiler import BOOLEAN, WHEN, Compiler
from mailuo.metadata.findings import FIELD, NODE
from mailuo.metadata.model import Evidence, EvidenceKind, Exit, Flow, Node
from mailuo.metadata.names import TableScope
from mailuo.metadata.outline import stored_field
from mailuo.metadata.part import Part, Written
from mailuo.metadata.references import References


def build_flow(table: str, part: Part, compiler: Compiler, references: References) -> Flow:
    """The flow as declared; what is wrong is reported to the compiler's findings."""
    builder = _FlowBuilder(table, part, compiler, references)
    nodes = builder.nodes()
    closed_by = part.text("closed_by")
    if closed_by is not None:
        compiler.findings.name(closed_by, nodes, NODE)
    return Flow(nodes, builder.exits(), None if closed_by is None else str(closed_by))


class _FlowBuilder:
    """Builds the flow of one table."""

    def __init__(self, table: str, part: Part, compiler: Compiler, references: References) -> None:
        self._table = table
        self._part = part
        self._compiler = compiler
        self._references = references
        self._findings = compiler.findings

    def nodes(self) -> Mapping[str, Node]:
        """The nodes in declared order, each with its predecessors."""
        nodes: dict[str, Node] = {}
        above: tuple[str, ...] = ()
        for name, part in self._part.named("nodes"):
            nodes[str(name)] = self._node(name, part, above)
            above = (str(name),)
        self._check_circles(nodes)
        return nodes

    def exits(self) -> Mapping[str, Exit]:
        """The ways out."""
        return {
            str(name): Exit(
                str(name),
                part.plain("title") or str(name),
                self._references.speakers(part.get("by")),
                part.plain("was"),
            )
            for name, part in self._part.named("exits")
        }

    def _node(self, name: Written, part: Part, above: tuple[str, ...]) -> Node:
        after = self._after(part) if "after" in part else above
        wait = part.part("auto").span("wait")
        if wait is not None and not after:
            key = part.key("auto")
            self._findings.problems.append(messages.WAIT_WITH_MANY(place=key.place, path=key.path))
        reached: Literal["all", "any"] = "any" if part.plain("reached") == "any" else "all"
        return Node(
            id=str(name),
            title=part.plain("title") or str(name),
            after=after,
            by=self._references.speakers(part.get("by")),
            was=part.plain("was"),
            when=self._compiler.formula(part.text("when"), self._table, WHEN, BOOLEAN),
            requires=self._requires(part.words("requires")),
            evidence=tuple(self._evidence(part.part("evidence"))),
            per=self._links(part.text("per"), messages.NOT_PER),
            reached=reached,
            wait=wait,
            skippable=part.flag("skippable"),
            place=name.place,
        )

    def _after(self, part: Part) -> tuple[str, ...]:
        known = tuple(str(name) for name in self._part.part("nodes"))
        names = (self._findings.name(word, known, NODE) for word in part.words("after"))
        return tuple(name for name in names if name is not None)

    def _requires(self, words: Iterable[Written]) -> tuple[str, ...]:
        outline = self._compiler.outlines[self._table]
        names = (stored_field(word, outline, self._findings) for word in words)
        return tuple(name for name in names if name is not None)

    def _links(self, word: Written | None, otherwise: Message) -> str | None:
        fields = self._compiler.outlines[self._table].fields
        if word is None:
            return None
        if word not in fields and (named := self._links_to(word)):
            return named
        if self._findings.name(word, fields, FIELD) is None:
            return None
        if not isinstance(fields[word].type, Links):
            if not fields[word].broken:
                self._findings.add(otherwise, word)
            return None
        return str(word)

    def _links_to(self, table: str) -> str | None:
        """The links field to a table that is named itself, when there is just one."""
        fields = self._compiler.outlines[self._table].fields
        found = [
            name for name, outline in fields.items() if isinstance(outline.type, Links) and outline.type.to == table
        ]
        return found[0] if len(found) == 1 else None

    def _evidence(self, part: Part) -> Iterable[Evidence]:
        for kind in part:
            if kind == EvidenceKind.SCAN.value:
                yield self._scan(part.part(kind))
            elif part.text(kind) is not None:
                yield Evidence(EvidenceKind(str(kind)), part.plain(kind) == "required")

    def _scan(self, part: Part) -> Evidence:
        of, match = part.text("of"), part.text("match")
        rows = self._links(of, messages.NOT_SCANNED)
        if rows and match:
            self._check_match(rows, match)
        return Evidence(
            EvidenceKind.SCAN, part.flag("required", default=True), rows, None if match is None else str(match)
        )

    def _check_match(self, rows: str, match: Written) -> None:
        links = self._compiler.outlines[self._table].fields[rows].type
        if isinstance(links, Links) and links.to in self._compiler.outlines:
            scope = TableScope(self._compiler.directory, links.to)
            if scope.resolve(tuple(match.split("."))) is None:
                self._findings.name(match, scope.known(()), FIELD)

    def _check_circles(self, nodes: Mapping[str, Node]) -> None:
        """Nodes that follow each other in a circle could never be due."""
        try:
            TopologicalSorter({name: node.after for name, node in nodes.items()}).prepare()
        except CycleError as error:
            ring = list(reversed(error.args[1]))
            first = next(name for name in nodes if name in ring)
            start = ring.index(first)
            steps = ring[start:-1] + ring[: start + 1] if ring[0] == ring[-1] else ring
            part = self._part.part("nodes").part(first)
            key = part.key("after")
            self._findings.problems.append(
                messages.AFTER_CYCLE(place=key.place, path=key.path, steps=" → ".join(steps))
            )
