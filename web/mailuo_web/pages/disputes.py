"""The disputes desk: the queue, one dispute with all that was said on one axis, its evidence, its review; and many at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mailuo.base.moments import parse_moment
from mailuo.base.problems import Refusal
from mailuo.flow.dispute_list import Disputed
from mailuo.records import Actor
from mailuo_web.http.asking import actor, application
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.lifeline import draw_row
from mailuo_web.pages.alerting import overdue_of
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.dispute_axis import Axis, AxisWriter, Beside
from mailuo_web.pages.dispute_changes import Changes, ChangesWriter
from mailuo_web.pages.dispute_list import QueueWriter, Rate, Waiting, lead
from mailuo_web.pages.dispute_told import EVIDENCE, OPEN, Case, read_case
from mailuo_web.pages.memories import memory
from mailuo_web.pages.page import page, part, running, say
from mailuo_web.pages.shell import Spot
from mailuo_web.pages.standing import exit_of, line_of, overdue_marks, read_stands, standing_of
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.tables import subject_of
from mailuo_web.pages.told import NodeTold, read_nodes
from mailuo_web.texts.times import age, exact, short

STATES = ("waiting", "decided", "withdrawn")
PARAMETERS = ("state", "cursor")
LATELY = timedelta(days=30)
PAGE, MANY = 50, 200


@dataclass(frozen=True, slots=True)
class Queue:
    """The list beside a dispute."""

    state: str
    rows: tuple[Waiting, ...]
    lead: str
    next: str
    path: str
    rates: tuple[Rate, ...]
    batch: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One dispute, ready to be looked at."""

    case: Case
    subject: Subject
    line: Markup
    frozen: str
    reason: str
    record_href: str
    axis: Axis
    changes: Changes | None
    giver: str
    giver_role: str
    reviewer: str
    reviewer_role: str
    proposed: str
    suggested: str
    size: str
    given_at: str
    ruled_at: str
    marked: str
    own: bool
    ticket_href: str


@route(blueprint, "/disputes", SIGNED_IN, parameters=PARAMETERS)
def disputes_page() -> ResponseReturnValue:
    """The queue, with its first dispute open beside it."""
    queue, cases = _queue(actor())
    desk = _desk(cases[0]) if cases else None
    return _page(queue, desk, listing=True)


@route(blueprint, "/disputes/<dispute>", SIGNED_IN, parameters=PARAMETERS)
def dispute_page(dispute: str) -> ResponseReturnValue:
    """One dispute beside the queue."""
    queue, _ = _queue(actor())
    return _page(queue, _desk(_case(dispute)), listing=False)


@route(blueprint, "/parts/disputes", SIGNED_IN, parameters=(*PARAMETERS, "current"))
def disputes_part() -> ResponseReturnValue:
    """The queue as it is now."""
    queue, _ = _queue(actor())
    return part("parts/dispute_list.html", queue=queue, current=request.args.get("current", ""))


@route(blueprint, "/disputes/<dispute>/changes", SIGNED_IN, parameters=("at",))
def dispute_changes(dispute: str) -> ResponseReturnValue:
    """What a verdict at a moment would change."""
    at = parse_moment(request.args.get("at", ""), running().zone)
    case = _case(dispute)
    subject = subject_of(case.table)
    changes = _changes(subject, case, _around(subject, case)[0], at)
    return part("parts/dispute_changes.html", changes=changes)


@route(blueprint, "/disputes/many/<deed>", SIGNED_IN)
def disputes_many(deed: str) -> ResponseReturnValue:
    """Evidence or review of many at once."""
    if deed not in ("evidence", "review"):
        abort(404)
    wanted = Disputed(state=OPEN if deed == "evidence" else EVIDENCE)
    found, _ = application().disputes.page(actor(), wanted, limit=MANY)
    cases = [read_case(one, running().zone) for one in found]
    fit = [case for case in cases if (case.may_prove if deed == "evidence" else case.may_review)]
    writer = QueueWriter(application().clock.now(), running().zone, say())
    rows = [(case, writer.row(case), _axis(case), _suggested(case)) for case in fit]
    values = {"deed": deed, "rows": rows, "zone": running().zone}
    return page("disputes_many.html", actor(), Spot("disputes"), values)


def _page(queue: Queue, desk: Desk | None, *, listing: bool) -> ResponseReturnValue:
    values = {"queue": queue, "desk": desk, "listing": listing, "current": desk.case.id if desk else ""}
    return page("disputes.html", actor(), Spot("disputes"), values)


def _queue(who: Actor) -> tuple[Queue, list[Case]]:
    state = request.args.get("state", "waiting")
    if state not in STATES:
        abort(404)
    wanted = Disputed(unresolved=True) if state == "waiting" else Disputed(state=state)
    door, zone, words = application().disputes, running().zone, say()
    found, following = door.page(who, wanted, limit=PAGE, cursor=request.args.get("cursor"))
    cases = [read_case(one, zone) for one in found]
    now = application().clock.now()
    figures = memory("disputes").of((who.id, running().number), lambda: door.figures(who, now - LATELY))
    total = sum(figures["states"].get(one, 0) for one in ((OPEN, EVIDENCE) if state == "waiting" else (state,)))
    writer = QueueWriter(now, zone, words)
    batch = {
        "evidence": sum(case.may_prove and case.state == OPEN for case in cases),
        "review": sum(case.may_review for case in cases),
    }
    queue = Queue(
        state=state,
        rows=tuple(writer.row(case) for case in cases),
        lead=lead(cases, max(total, len(cases)), words),
        next=f"/disputes?state={state}&cursor={following}" if following else "",
        path=f"/parts/disputes?state={state}",
        rates=tuple(writer.rates(figures)),
        batch=tuple((deed, count) for deed, count in batch.items() if count > 1),
    )
    return queue, cases


def _case(dispute: str) -> Case:
    return read_case(application().disputes.get(actor(), dispute), running().zone)


def _desk(case: Case) -> Desk:
    subject = subject_of(case.table)
    before, held, line, since = *_around(subject, case), *_line(subject, case)
    given, words = case.history[-1] if case.history else None, subject.say
    until = case.ended_at or subject.now
    length = age(until - (since or case.opened_at), words.language)
    at = case.evidence.at if case.evidence else None
    return Desk(
        case=case,
        subject=subject,
        line=line,
        frozen=words("dispute.frozen", age=length) if not case.over else words(f"dispute.state.{case.state}"),
        reason=QueueWriter(subject.now, subject.zone, words).reason(case),
        record_href=subject.record_path(case.record),
        axis=AxisWriter(case, before, held, subject.now, subject.zone, words).axis(),
        changes=None if case.over else _changes(subject, case, before, at),
        giver=given.by if given else "",
        giver_role=_role(subject, case.rule.assigned_to),
        reviewer=case.ruling.by if case.ruling else subject.actor.name if case.may_review else "",
        reviewer_role=_role(subject, case.rule.reviewed_by),
        proposed=short(given.at, subject.now, subject.zone, words.language) if given else "",
        suggested=_suggested(case),
        size=_size(given.photo.size) if given and given.photo else "",
        given_at=short(given.given_at, subject.now, subject.zone, words.language) if given else "",
        ruled_at=short(case.ruling.at, subject.now, subject.zone, words.language) if case.ruling else "",
        marked=exact(given.at, subject.zone)[:16] if given else "",
        own=bool(given) and case.state == EVIDENCE and given is not None and given.by == subject.actor.name,
        ticket_href=f"/tables/{case.ticket_table}/records/{case.ticket}" if case.ticket else "",
    )


def _axis(case: Case) -> Axis:
    subject = subject_of(case.table)
    return AxisWriter(case, None, None, subject.now, subject.zone, subject.say).axis()


def _changes(subject: Subject, case: Case, before: Beside | None, at: datetime | None) -> Changes | None:
    """The consequences of a verdict at a moment, else at the golden word; nothing where there is no moment yet."""
    moment = at or case.golden
    if case.over or moment is None:
        return None
    try:
        told = application().disputes.preview(subject.actor, case.id, moment)
    except Refusal:
        return None
    return ChangesWriter(subject, case, told, before, at is not None).changes()


def _around(subject: Subject, case: Case) -> tuple[Beside | None, Beside | None]:
    """What was reached before the node, and the first word that waits behind it."""
    timeline = application().flow.timeline(subject.actor, case.table, case.record)
    nodes = read_nodes(timeline, subject.zone)
    flow = subject.flow
    assert flow is not None, "only records on a flow have disputes"
    earlier = [(at, one) for one in flow.nodes[case.node].after if (at := nodes[one].stand.at)]
    behind = [(at, one) for one, told in nodes.items() if told.stand.held and (at := _said_at(told))]
    before = max(earlier, default=None)
    held = min(behind, default=None)
    return _beside(subject, before), _beside(subject, held)


def _said_at(told: NodeTold) -> datetime | None:
    return told.stand.at or min((claim.at for claim in told.claims if claim.at), default=None)


def _beside(subject: Subject, found: tuple[datetime, str] | None) -> Beside | None:
    return Beside(subject.title_of(found[1]), found[0]) if found else None


def _line(subject: Subject, case: Case) -> tuple[Markup, datetime | None]:
    """The record's line as a row, and since when the node is frozen."""
    assert subject.flow is not None
    record = application().records.get(subject.actor, case.table, case.record, expand=("lifeline",))
    stands = read_stands(record.values.get("lifeline"), subject.zone)
    left = exit_of(subject.table, record.values)
    plain = line_of(subject.flow, stands, {}, left)
    overdue = overdue_of(subject, [record.id]).get(record.id, ()) if record.values.get("alerts_opened") else ()
    line = line_of(subject.flow, stands, overdue_marks(plain, overdue), left)
    stand = stands.get(case.node)
    return draw_row(line, standing_of(line, subject.now, subject.say).sentence), stand.due_since if stand else None


def _suggested(case: Case) -> str:
    """The time that the form for evidence begins with: the golden word's."""
    return f"{case.golden.astimezone(running().zone):%Y-%m-%dT%H:%M}" if case.golden else ""


def _role(subject: Subject, role: str) -> str:
    known = subject.running.manifest.roles.get(role)
    return known.title if known else role


def _size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} KB"
