"""Connectors: who they are, what they call, what they ask for again and again, and what they listen to."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from mailuo.fields import Link
from mailuo.formulas import Template
from mailuo.formulas.types import NUMBER
from mailuo.metadata import messages as names
from mailuo.metadata import rule_messages as messages
from mailuo.metadata.build_given import OUTSIDE, Giver, report_parameter, speakers_of, zone_of
from mailuo.metadata.build_operations import AUTH, NOW, Calling, OperationBuilder, check_environment
from mailuo.metadata.compiler import BOOLEAN, CONDITION, Compiler
from mailuo.metadata.connector import (
    Auth,
    Confirm,
    Connector,
    Delivers,
    Event,
    EventClaim,
    Find,
    Operation,
    Pages,
    Poll,
    Rows,
    Then,
    Window,
)
from mailuo.metadata.findings import EVENT, FIELD, NODE, OPERATION, TABLE
from mailuo.metadata.given import TOKEN, Given
from mailuo.metadata.model import Table
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scopes import Body, Layers, Member, Row, Value

_DAY = timedelta(days=1)
_COUNTED = ("first", "backwards", "total")
"""What is said of pages with numbers alone."""
_NONE = timedelta(0)
_ITEM: Mapping[str, Member] = {"item": Body()}


def build_connector(
    name: Written, part: Part, compiler: Compiler, tables: Mapping[str, Table], zone: ZoneInfo
) -> Connector:
    """The connector as declared; what is wrong is reported."""
    return _ConnectorBuilder(name, part, compiler, tables, zone).connector()


class _ConnectorBuilder:
    """Builds one connector."""

    def __init__(
        self, name: Written, part: Part, compiler: Compiler, tables: Mapping[str, Table], zone: ZoneInfo
    ) -> None:
        self._name = name
        self._part = part
        self._compiler = compiler
        self._tables = tables
        self._findings = compiler.findings
        self._giver = Giver(compiler)
        self._zone = zone_of(part.text("zone"), zone, compiler)
        self._calls = OperationBuilder(compiler, self._zone)
        self._operations: Mapping[str, Operation] = {}

    def connector(self) -> Connector:
        """The whole connector."""
        part = self._part
        check_environment(part, lambda text: self._findings.add(messages.ENVIRONMENT_HERE, text))
        auth = self._calls.auth(part.part("auth"))
        secrets = frozenset(auth.values if auth else ())
        sign_in = self._calls.sign_in(part, part.part("answers"), secrets)
        kept = frozenset(name for step in sign_in for name in (*step.secrets, TOKEN))
        shown = tuple(name for step in sign_in for name in step.values)
        signed: Mapping[str, Member] = {"signin": Body(shown)} if sign_in else {}
        limits = self._calls.limits(part.part("limits"))
        calling = Calling(part.part("answers"), limits, secrets | kept, signed)
        self._operations = {
            str(name): self._calls.operation(name, each, calling) for name, each in part.named("operations")
        }
        self._calls.check_references(part)
        return Connector(
            id=str(self._name),
            title=part.plain("title") or str(self._name),
            base_url=self._calls.setting(part.text("base_url")),
            auth=auth,
            zone=self._zone,
            limits=limits,
            sign_in=sign_in,
            operations=self._operations,
            polls={str(name): poll for name, each in part.named("polls") if (poll := self._poll(name, each))},
            events={str(name): self._event(name, each) for name, each in part.named("events")},
            kind="mail" if _is_mail(auth) else "http",
            delivers=self._delivers(part.part("delivers")),
            enabled=part.flag("enabled", default=True),
            place=self._name.place,
        )

    def _delivers(self, part: Part) -> Delivers | None:
        via, operation = part.plain("via"), self._operation(part.text("operation"))
        most = part.whole("most_bytes")
        return None if via is None else Delivers(cast(Literal["wecom", "email"], via), operation, most)

    def _operation(self, word: Written | None) -> str | None:
        return None if word is None else self._findings.name(word, self._operations, OPERATION)

    def _given(self, part: Part, operation: str | None, scope: Layers) -> Mapping[str, Given]:
        """The values for an operation; what its request does not use is reported."""
        known = self._operations.get(operation or "")
        for name in part if known else ():
            if known and name not in known.parameters:
                report_parameter(self._compiler, name, known.id, known.parameters)
        return self._giver.values(part, scope, OUTSIDE)

    # What is asked for again and again

    def _poll(self, name: Written, part: Part) -> Poll | None:
        operation = self._operation(part.text("operation"))
        word = part.text("event")
        event = None if word is None else self._findings.name(word, self._part.part("events"), EVENT)
        rows = self._rows(part.part("rows")) if "rows" in part else None
        named: dict[str, Member] = {"now": NOW, "auth": AUTH}
        if rows is not None:
            named["row"] = Row(self._compiler.directory, rows.table)
        values = self._given(part.part("with"), operation, Layers(named))
        poll = Poll(
            id=str(name),
            title=part.plain("title") or str(name),
            operation=operation or "",
            values=values,
            every=part.span("every"),
            each=self._giver.path(part.text("each"), "body"),
            event=event or "",
            key=self._compiler.template_in(part.text("key"), Layers(_ITEM)),
            window=self._window(part.part("window"), operation) if "window" in part else None,
            pages=self._pages(part.part("pages"), operation) if "pages" in part else None,
            rows=rows,
            then=self._then(part.part("then")) if "then" in part else None,
            confirm=self._confirm(part.part("confirm")) if "confirm" in part else None,
        )
        return poll if operation and event else None

    def _parameter(self, word: Written | None, operation: str | None) -> str:
        """A parameter of the poll's operation, by the name that its request uses."""
        known = self._operations.get(operation or "")
        if word is not None and known is not None and word not in known.parameters:
            report_parameter(self._compiler, word, known.id, known.parameters)
        return str(word or "")

    def _window(self, part: Part, operation: str | None) -> Window:
        return Window(
            self._parameter(part.text("start"), operation),
            self._parameter(part.text("end"), operation),
            part.plain("format") or "iso",
            part.span("overlap") or _NONE,
            part.span("lag") or _NONE,
            part.span("most") or _DAY,
        )

    def _pages(self, part: Part, operation: str | None) -> Pages:
        size = part.text("size_parameter")
        first = part.whole("first")
        following = self._giver.path(part.text("next"), "body") or None
        if following is not None and (clash := next((key for key in _COUNTED if key in part), None)) is not None:
            self._findings.problems.append(messages.NEXT_ALONE(place=part.key(clash).place, path=part.path, key=clash))
        return Pages(
            parameter=self._parameter(part.text("parameter"), operation),
            size=part.whole("size") or 1,
            first=1 if first is None else first,
            backwards=part.flag("backwards"),
            total=self._giver.path(part.text("total"), "body") or None,
            more=self._compiler.formula_in(
                part.text("more"), Layers({"status": Value(NUMBER), "body": Body()}), BOOLEAN, CONDITION
            ),
            size_parameter=None if size is None else self._parameter(size, operation),
            next=following,
        )

    def _rows(self, part: Part) -> Rows | None:
        word = part.text("of")
        if word is None or self._findings.name(word, self._compiler.outlines, TABLE) is None:
            return None
        where = self._compiler.formula(part.text("where"), word, CONDITION, BOOLEAN)
        return Rows(str(word), where, part.span("silent_for"))

    def _then(self, part: Part) -> Then | None:
        operation = self._operation(part.text("operation"))
        values = self._given(part.part("with"), operation, Layers(_ITEM))
        return Then(operation or "", values, self._giver.path(part.text("body"), "body"))

    def _confirm(self, part: Part) -> Confirm | None:
        operation = self._operation(part.text("operation"))
        values = self._given(part.part("with"), operation, Layers({"keys": Body()}))
        return Confirm(operation or "", values, self._giver.path(part.text("key"), "item"))

    # What comes in

    def _event(self, name: Written, part: Part) -> Event:
        zone = zone_of(part.text("zone"), self._zone, self._compiler)
        whole = Layers({"body": Body(), "auth": AUTH, "now": NOW})
        scope = whole.having(item=Body())
        find = self._find(part.part("find"), scope) if "find" in part else None
        if "claims" in part and "find" not in part:
            self._findings.add(messages.CLAIMS_WITHOUT_FIND, part.key("claims"))
        target = self._target(part, find)
        roots = ("item",) if "each" in part else ("item", "body")
        claims = tuple(self._claim(each, scope, target, roots) for each in part.parts("claims"))
        return Event(
            id=str(name),
            title=part.plain("title") or str(name),
            verify=part.plain("verify"),
            zone=zone,
            each=self._giver.path(part.text("each"), "body"),
            key=self._compiler.template_in(part.text("key"), scope),
            when=self._compiler.formula_in(part.text("when"), scope, BOOLEAN, CONDITION),
            find=find,
            claims=claims,
            answer=self._giver.value(part.get("answer"), whole, OUTSIDE),
        )

    def _find(self, part: Part, scope: Layers) -> Find | None:
        word = part.text("table")
        if word is None or self._findings.name(word, self._compiler.outlines, TABLE) is None:
            self._giver.values(part.part("where"), scope, OUTSIDE)
            return None
        values = self._giver.sought(part.part("where"), word, scope, OUTSIDE)
        outline = self._compiler.outlines[word]
        link = part.text("claim_on")
        known = link is not None and self._findings.name(link, outline.fields, FIELD) is not None
        if link is not None and known and not isinstance(outline.fields[link].type, Link):
            self._findings.add(names.NOT_A_LINK, link)
        return Find(str(word), values, None if link is None else str(link))

    def _target(self, part: Part, find: Find | None) -> str | None:
        """The table of what is claimed; reported if it has no flow."""
        if find is None or "claims" not in part:
            return None
        directory = self._compiler.directory
        table = directory.link_target(find.table, find.claim_on) if find.claim_on is not None else find.table
        if table is not None and not self._compiler.outlines[table].nodes:
            self._findings.add(messages.FINDS_NO_FLOW, part.key("find"), table=table)
            return None
        return table

    def _claim(self, part: Part, scope: Layers, table: str | None, roots: Sequence[str]) -> EventClaim:
        inner = scope.having(trace=Body())
        take = part.plain("take") or "first"
        return EventClaim(
            node=self._node(part.text("node"), inner, table),
            at=self._giver.moment(part, "at", inner, OUTSIDE),
            when=self._compiler.formula_in(part.text("when"), inner, BOOLEAN, CONDITION),
            each=self._giver.path(part.text("each"), *roots),
            take=cast(Literal["first", "last", "all"], take),
            part=self._giver.value(part.get("part"), inner, OUTSIDE),
        )

    def _node(self, word: Written | None, scope: Layers, table: str | None) -> Template:
        """The node; one that is not known before the event comes is a template."""
        value = self._giver.value(word, scope, OUTSIDE)
        if not isinstance(value, Template):
            return Template("", (), frozenset())
        if word is not None and not value.reads and table is not None:
            outline = self._compiler.outlines[table]
            node = self._findings.name(word, (*outline.nodes, *outline.exits), NODE)
            flow = self._tables[table].flow
            if node is not None and flow is not None and self._name not in speakers_of(flow, node):
                self._findings.add(messages.NOT_IN_BY, word, source=self._name)
        return value


def _is_mail(auth: Auth | None) -> bool:
    return auth is not None and auth.scheme in ("mail", "smtp")
