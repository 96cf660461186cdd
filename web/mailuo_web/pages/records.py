"""The record page's routes: the page, its parts that keep themselves fresh, one node's card, a new record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import abort, request
from flask.typing import ResponseReturnValue

from mailuo.base.moments import parse_moment
from mailuo.fields import Link
from mailuo.records import Record
from mailuo_web.http.asking import application
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.lifeline import Line
from mailuo_web.pages.alert_words import AlertRow
from mailuo_web.pages.alerting import alert_rows, overdue_of
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.changes import changes_of
from mailuo_web.pages.confirming import ConfirmView, confirms_of
from mailuo_web.pages.page import page, part
from mailuo_web.pages.record_deeds import buttons_of, links_of
from mailuo_web.pages.record_form import defaults, form_of
from mailuo_web.pages.record_head import RecordHead
from mailuo_web.pages.related import related_of
from mailuo_web.pages.shell import Spot
from mailuo_web.pages.sources import source_title
from mailuo_web.pages.standing import (
    NodeStand,
    exit_of,
    line_of,
    overdue_marks,
    standing_of,
)
from mailuo_web.pages.steps import StepsWriter, Tall
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.tables import subject_of
from mailuo_web.pages.timing import timing_marks
from mailuo_web.pages.told import ExitTold, NodeTold, read_exit, read_nodes
from mailuo_web.texts.times import shortened

RECENT, ALL = 6, 500


@route(blueprint, "/tables/<table>/records/<key>", SIGNED_IN, parameters=("history",))
def record_page(table: str, key: str) -> ResponseReturnValue:
    """One record: its lifeline, form, related tables, history and alerts."""
    subject = subject_of(table)
    record = _record(subject, key)
    told = _told(subject, record) if subject.flow else None
    form = form_of(subject, record.values, without=told.asked if told else ())
    shown = ALL if request.args.get("history") else RECENT
    turns = application().records.history(subject.actor, table, record.key, limit=shown + 1)
    closed = bool(record.values.get("closed"))
    buttons, links = buttons_of(subject), tuple(links_of(subject, record))
    head = RecordHead(subject, record, exit_of(subject.table, record.values), told is not None, closed, buttons, links)
    values = {
        "record": head,
        "form": form,
        "tall": _tall(subject, told) if told else None,
        "banners": _banners(subject, record),
        "related": tuple(related_of(subject, record)),
        "changes": changes_of(subject, turns, shown, f"{head.path}?history=all#changes"),
    }
    return page("record.html", subject.actor, Spot("table", table), values)


@route(blueprint, "/tables/<table>/records/<key>/lifeline", SIGNED_IN)
def record_lifeline(table: str, key: str) -> ResponseReturnValue:
    """The record's tall lifeline as it is now."""
    subject = subject_of(table)
    if subject.flow is None:
        abort(404)
    return part("parts/tall.html", tall=_tall(subject, _told(subject, _record(subject, key))))


@route(blueprint, "/tables/<table>/records/<key>/banners", SIGNED_IN)
def record_banners(table: str, key: str) -> ResponseReturnValue:
    """The record's open alerts as they are now."""
    subject = subject_of(table)
    return part("parts/banners.html", banners=_banners(subject, _record(subject, key)))


@route(blueprint, "/tables/<table>/records/<key>/nodes/<node>", SIGNED_IN)
def node_card(table: str, key: str, node: str) -> ResponseReturnValue:
    """What is known of one node of a record: the card that opens over it."""
    subject = subject_of(table)
    if subject.flow is None or node not in subject.flow.nodes:
        abort(404)
    timeline = application().flow.timeline(subject.actor, table, key)
    told = read_nodes(timeline, subject.zone)[node]
    source = source_title(subject.running.manifest, told.stand.source, subject.say) if told.stand.source else ""
    at = told.stand.at or told.stand.due_since
    why = shortened(told.why, subject.now, subject.zone, subject.say.language)
    title = subject.title_of(node)
    return part("parts/node_card.html", title=title, told=told, source=source, at=subject.exact(at), why=why)


@route(blueprint, "/tables/<table>/new", SIGNED_IN)
def new_record(table: str) -> ResponseReturnValue:
    """An empty form for a new record."""
    subject = subject_of(table)
    if not subject.access.creates:
        abort(404)
    form = form_of(subject, defaults(subject), birth=True)
    values = {
        "form": form,
        "title": subject.say("grid.new"),
        "table_title": subject.table.title,
        "table_href": subject.path,
        "api": subject.api,
    }
    return page("new_record.html", subject.actor, Spot("table", table), values)


def _record(subject: Subject, key: str) -> Record:
    """The record with the names of what it links to."""
    fields = subject.table.fields
    links = [name for name in subject.access.readable if isinstance(fields[name].type, Link)]
    expand = (*links, "lifeline") if subject.flow else tuple(links)
    return application().records.get(subject.actor, subject.table.id, key, expand=expand)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of a record on its flow: the line, each node, what may be confirmed, the exit taken."""

    line: Line
    nodes: Mapping[str, NodeTold]
    confirms: Mapping[str, ConfirmView]
    exit: ExitTold | None

    @property
    def asked(self) -> frozenset[str]:
        """The fields that have their input beside a node that waits for them."""
        return frozenset(name for one in self.confirms.values() for name in one.fields)


def _told(subject: Subject, record: Record) -> _Told:
    timeline = application().flow.timeline(subject.actor, subject.table.id, record.key)
    nodes, left = read_nodes(timeline, subject.zone), read_exit(timeline, subject.zone)
    line = _line(subject, record, {node: told.stand for node, told in nodes.items()})
    confirms = {} if left else confirms_of(subject, nodes, record.values)
    return _Told(line, nodes, confirms, left)


def _tall(subject: Subject, told: _Told) -> Tall:
    """The tall line of a record, with what the actor may confirm now."""
    sentence = standing_of(told.line, subject.now, subject.say).sentence
    since = _disputed_since(subject, told)
    return Tall(sentence, StepsWriter(subject, told.line, told.nodes, told.confirms, told.exit, since).steps())


def _disputed_since(subject: Subject, told: _Told) -> Mapping[str, datetime]:
    """Since when the nodes are disputed that are."""
    open_ = {node: one.dispute for node, one in told.nodes.items() if one.dispute}
    found = ((node, application().disputes.get(subject.actor, dispute)["opened_at"]) for node, dispute in open_.items())
    return {node: at for node, opened in found if (at := parse_moment(str(opened), subject.zone))}


def _line(subject: Subject, record: Record, stands: Mapping[str, NodeStand]) -> Line:
    assert subject.flow is not None
    exit_ = exit_of(subject.table, record.values)
    plain = line_of(subject.flow, stands, {}, exit_)
    overdue = overdue_of(subject, [record.id]).get(record.id, ()) if record.values.get("alerts_opened") else ()
    marks = {**timing_marks(subject, plain, record.values), **overdue_marks(plain, overdue)}
    return line_of(subject.flow, stands, marks, exit_)


def _banners(subject: Subject, record: Record) -> tuple[AlertRow, ...]:
    """The record's alerts that are not resolved, most serious first."""
    if not record.values.get("alerts_opened"):
        return ()
    return alert_rows(subject, record)
