"""Lists of disputes: those that an actor may see, oldest first, with what was said, shown and decided."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select

from mailuo.base.moments import format_duration, format_moment, micros, moment
from mailuo.flow.course import Course, course_of, courses, rule_of
from mailuo.flow.dispute_proof import gives, reviews
from mailuo.flow.disputing import OPEN_STATES, DisputeState
from mailuo.flow.messages import BAD_CURSOR, UNKNOWN_DISPUTE, UNKNOWN_DISPUTE_STATE
from mailuo.flow.speaking import titled
from mailuo.metadata.arbitration import Arbitration
from mailuo.records.actor import Actor
from mailuo.records.messages import BadQuestion, NoSuchThing
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage import files, system

STATES = tuple(state.value for state in DisputeState)
_TABLE, _CLAIM = system.dispute, system.claim
Json = dict[str, object]
Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Disputed:
    """Which disputes are asked for; blank asks for all."""

    state: str | None = None
    table: str | None = None
    record: str | None = None
    """A record's key or id."""
    node: str | None = None
    unresolved: bool = False
    """Only those that are not over."""

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions on the dispute itself."""
        if self.state is not None and self.state not in STATES:
            raise BadQuestion(UNKNOWN_DISPUTE_STATE(found=self.state[:60]))
        for column, value in ((_TABLE.c.state, self.state), (_TABLE.c.table, self.table), (_TABLE.c.node, self.node)):
            if value is not None:
                yield column == value
        if self.unresolved:
            yield _TABLE.c.state.in_(OPEN_STATES)


EVERYTHING = Disputed()


@dataclass(frozen=True)
class DisputeList:
    """The disputes that one actor sees, in one question or transaction."""

    connection: Connection
    running: Running
    actor: Actor
    now: datetime

    def page(self, wanted: Disputed, limit: int, cursor: str | None) -> tuple[list[Json], str | None]:
        """Disputes in the order in which they opened, and the cursor of the next page if there is one."""
        rows: list[Row[Any]] = []
        for table, query in self._queries():
            asked = query.where(*wanted.conditions(), *_after(cursor), *self._about(table, wanted.record))
            rows += self.connection.execute(asked.order_by(_TABLE.c.opened_at, _TABLE.c.id).limit(limit + 1))
        rows.sort(key=lambda row: (row.opened_at, row.id))
        shown = rows[:limit]
        following = f"{micros(shown[-1].opened_at)}.{shown[-1].id}" if len(rows) > limit else None
        return self._shown(shown), following

    def one(self, dispute: str) -> Json:
        """One dispute; refuses one that is not there, or not for this actor."""
        return self._shown([self.row(dispute)])[0]

    def row(self, dispute: str) -> Row[Any]:
        """A dispute as stored, with its record's key; refuses one that is not there, or not for this actor."""
        for _, query in self._queries():
            row = self.connection.execute(query.where(_TABLE.c.id == dispute)).first()
            if row is not None:
                return row
        raise NoSuchThing(UNKNOWN_DISPUTE(found=dispute[:60]))

    # What is seen

    def _queries(self) -> Iterator[tuple[str, Select[Any]]]:
        """For each table with a flow that the actor may read, its disputes about records that the actor sees."""
        for table in courses(self.running):
            visible = self._visible(table)
            if visible is None:
                continue
            declared = self.running.tables[table]
            joined = _TABLE.join(declared.table, _TABLE.c.record == declared.id)
            query = select(_TABLE, self.running.key_column(table).label("its_key")).select_from(joined)
            yield table, query.where(_TABLE.c.table == table, *visible)

    def _visible(self, table: str) -> list[ColumnElement[bool]] | None:
        access = self.running.policy.access(self.actor)
        if table not in self.running.tables or not access.reads(table):
            return None
        return Reach.of(self.running, table, self.running.context(self.now, self.actor)).visible(access.tables[table])

    def _about(self, table: str, record: str | None) -> Iterator[ColumnElement[bool]]:
        if record is not None:
            yield or_(self.running.key_column(table) == record, self.running.tables[table].id == record)

    # What is shown

    def _shown(self, rows: Rows) -> list[Json]:
        showing = _Showing(self, rows)
        return [showing.json(row) for row in rows]

    def keys(self, table: str | None, ids: Iterable[str]) -> Mapping[str, str]:
        """The keys of these rows, as far as the actor sees them."""
        visible = None if table is None else self._visible(table)
        if table is None or visible is None:
            return {}
        declared = self.running.tables[table]
        query = select(declared.id, self.running.key_column(table)).where(declared.id.in_(list(ids)), *visible)
        return {id_: key or id_ for id_, key in self.connection.execute(query)}


@dataclass(frozen=True)
class _Showing:
    """A page of disputes as the API writes them; what they have in common is read once."""

    of: DisputeList
    rows: Rows

    def json(self, row: Row[Any]) -> Json:
        """One dispute."""
        course = course_of(self.of.running, row.table)
        rule = rule_of(self.of.running, row.table, row.node, row.arbitration)
        given = row.evidence or []
        latest = given[-1] if given and "turned_down" not in given[-1] else None
        told: Json = {
            "id": row.id, "table": row.table, "record": row.its_key or row.record, "node": row.node,
            "title": _title(course, row.node), "state": row.state, "cause": row.cause, "opened_at": self._moment(row.opened_at),
            "claims": self._claims(row, rule), "ticket": self._tickets.get((row.ticket_table, row.ticket)),
            "history": [self._proof(each) for each in given], "rule": self._rule(row, rule), "may": self._may(row, rule),
        }  # fmt: skip
        more = {
            "part": self._parts.get(row.part, row.part) or None, "ended_at": self._moment(row.ended_at),
            "ticket_table": row.ticket_table, "evidence": self._proof(latest) if latest else None,
            "verdict": self._verdict(row),
        }  # fmt: skip
        return {**told, **{name: value for name, value in more.items() if value is not None}}

    # What they have in common

    @cached_property
    def _said(self) -> Mapping[tuple[str, str], Rows]:
        """The claims of these records, by record and node, oldest first."""
        query = select(_CLAIM).where(_CLAIM.c.record.in_({row.record for row in self.rows}))
        found: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for claim in self.of.connection.execute(query.order_by(_CLAIM.c.received_at, _CLAIM.c.id)):
            found[claim.record, claim.node].append(claim)
        return found

    @cached_property
    def _tickets(self) -> Mapping[tuple[str, str], str]:
        tables: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            if row.ticket is not None:
                tables[row.ticket_table].add(row.ticket)
        return {
            (table, id_): key for table, ids in tables.items() for id_, key in self.of.keys(table, ids).items()
        }

    @cached_property
    def _parts(self) -> Mapping[str, str]:
        """The keys of the parts that disputes and their claims name."""
        tables: dict[str, set[str]] = defaultdict(set)
        for row in self.rows:
            child = _parts_table(course_of(self.of.running, row.table), row.node)
            said = self._said.get((row.record, row.node), ())
            named = {row.part, *(claim.part for claim in said)} - {""}
            if child is not None:
                tables[child] |= named
        return {id_: key for table, ids in tables.items() for id_, key in self.of.keys(table, ids).items()}

    @cached_property
    def _files(self) -> Mapping[str, files.StoredFile]:
        ids = {each["file"] for row in self.rows for each in row.evidence or () if each.get("file")}
        return files.find(self.of.connection, ids) if ids else {}

    # The pieces

    def _claims(self, row: Row[Any], rule: Arbitration | None) -> list[Json]:
        """Every word about the node that concerns this dispute, with the side it stands on."""
        said = self._said.get((row.record, row.node), ())
        withdrawn = {claim.retracts for claim in said if claim.retracts}
        concerned = (each for each in said if not each.retracts and (not row.part or each.part in ("", row.part)))
        return [self._claim(each, rule, withdrawn=each.id in withdrawn) for each in concerned]

    def _claim(self, claim: Row[Any], rule: Arbitration | None, *, withdrawn: bool) -> Json:
        told: Json = {
            "id": claim.id, "source": claim.source, "title": titled(self.of.running.manifest, claim.source, self.of.actor.language),
            "at": self._moment(claim.at), "received_at": self._moment(claim.received_at), "side": _side(claim, rule),
            "evidence": list(claim.evidence or ()), "state": "retracted" if withdrawn else "heard",
        }  # fmt: skip
        more = {"actor": claim.actor, "part": self._parts.get(claim.part, claim.part) or None, "note": claim.note}
        return {**told, **{name: value for name, value in more.items() if value is not None}}

    def _proof(self, given: Mapping[str, Any]) -> Json:
        held = self._files.get(given.get("file") or "")
        told: Json = {
            "id": given["id"], "at": self._text(given["at"]), "by": given["by"], "given_at": self._text(given["given_at"]),
            "file": {"id": held.id, "name": held.name, "size": held.size, "sha256": held.sha256} if held else None,
        }  # fmt: skip
        if given.get("note"):
            told["note"] = given["note"]
        down = given.get("turned_down")
        if down:
            told["turned_down"] = {**down, "at": self._text(down["at"])}
        return told

    def _verdict(self, row: Row[Any]) -> Json | None:
        return {**row.verdict, "at": self._text(row.verdict["at"])} if row.verdict else None

    def _rule(self, row: Row[Any], rule: Arbitration | None) -> Json:
        if rule is None:
            return {"id": row.arbitration}
        manifest, dispute = self.of.running.manifest, rule.dispute
        return {
            "id": rule.id, "title": rule.title, "golden": rule.golden, "golden_title": titled(manifest, rule.golden, self.of.actor.language),
            "auxiliary": list(rule.auxiliary), "tolerance": format_duration(rule.tolerance),
            "grace": None if rule.grace is None else format_duration(rule.grace), "photo": dispute.photo,
            "assigned_to": dispute.assign_role, "reviewed_by": dispute.reviewed_by,
        }  # fmt: skip

    def _may(self, row: Row[Any], rule: Arbitration | None) -> Json:
        """What the actor may do about it now."""
        over, actor = rule is None or row.state not in OPEN_STATES, self.of.actor
        own = bool(row.evidence) and row.evidence[-1]["by_id"] == actor.id
        waits = row.state == DisputeState.EVIDENCE
        return {
            "evidence": not over and rule is not None and gives(actor, rule),
            "review": waits and not own and rule is not None and reviews(actor, rule),
        }

    def _moment(self, at: datetime | None) -> str | None:
        return None if at is None else format_moment(at, self.of.running.zone)

    def _text(self, at: str) -> str | None:
        return self._moment(datetime.fromisoformat(at))


def _side(claim: Row[Any], rule: Arbitration | None) -> str:
    """Whether a word is the golden source's, an auxiliary one's, the verdict, or of nobody whom the rule names."""
    if claim.verdict:
        return "verdict"
    if rule is not None and claim.source == rule.golden:
        return "golden"
    return "auxiliary" if rule is not None and claim.source in rule.auxiliary else "other"


def _title(course: Course | None, node: str) -> str:
    place = course.line.number.get(node) if course is not None else None
    return node if course is None or place is None else course.line.nodes[place].title


def _parts_table(course: Course | None, node: str) -> str | None:
    """The table whose rows are parts of which a node is asked."""
    place = course.line.number.get(node) if course is not None else None
    if course is None or place is None:
        return None
    per = course.line.nodes[place].per
    return next((each.table for each in course.children if each.per == per), None)


def _after(cursor: str | None) -> Iterator[ColumnElement[bool]]:
    if cursor is None:
        return
    at, _, id_ = cursor.partition(".")
    if not at.isdecimal() or len(at) > 17 or not id_:
        raise BadQuestion(BAD_CURSOR(found=cursor[:60]))
    opened = moment(int(at))
    yield or_(_TABLE.c.opened_at > opened, and_(_TABLE.c.opened_at == opened, _TABLE.c.id > id_))
