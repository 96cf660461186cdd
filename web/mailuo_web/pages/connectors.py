"""The console of connectors: the table of all, and of the chosen one its pulse, what came in, what went out, what is dead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import abort, request
from flask.typing import ResponseReturnValue

from mailuo.base.moments import parse_moment
from mailuo_web.http.asking import actor, application, language
from mailuo_web.http.route import may, route
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.connector_rows import MARK, RowWriter, ailing, dead_of, place, scale
from mailuo_web.pages.page import page, part, running, say
from mailuo_web.pages.shell import Spot
from mailuo_web.texts.times import age, exact, short

PARAMETERS = ("connector", "show")
_NEED = may("connectors", "runs")
_SHOWN, _DEAD = 8, 50
_HIGH = 100
_LONGEST_NAME = 30
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One half hour of the chart: its height in per cents, and whether something failed."""

    x: str
    height: int
    failed: bool
    label: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the chosen connector has fared over a day."""

    saved: str
    again: str
    median: str
    rate: str
    most: str
    columns: tuple[Column, ...]
    any: bool
    times: tuple[str, ...]
    came: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something that came in or went out."""

    id: str
    kind: str
    clock: str
    exact: str
    what: str
    state: str
    state_text: str
    record: str
    href: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Something dead, and why."""

    id: str
    kind: str
    title: str
    reason: str
    at: str
    exact: str


@dataclass(frozen=True, slots=True)
class Banner:
    """What somebody should look at first."""

    title: str
    text: str
    hint: str
    href: str
    action: str


@dataclass(frozen=True, slots=True)
class Hold:
    """What is held back: everything, or one connector."""

    connector: str
    text: str
    hint: str


@route(blueprint, "/connectors", _NEED, parameters=PARAMETERS)
def connectors_page() -> ResponseReturnValue:
    """The console."""
    values = _values()
    return page("connectors.html", actor(), Spot("connectors"), values)


@route(blueprint, "/parts/connectors", _NEED, parameters=PARAMETERS)
def connectors_part() -> ResponseReturnValue:
    """The console as it is now."""
    return part("parts/connectors_live.html", **_values())


def _values() -> dict[str, object]:
    console, now, words = application().outside.console, application().clock.now(), say()
    told = console.connectors(language())
    declared = running().manifest.connectors
    holds = tuple(_holds(told))
    writer = RowWriter(declared, now, running().zone, words, frozen=any(not hold.connector for hold in holds))
    ill = ailing(told)
    chosen = _chosen(told, ill)
    show = "calls" if request.args.get("show") == "calls" else "inbox"
    if chosen is not None and "show" not in request.args and not chosen["events"]:
        show = "calls"
    lines = tuple(_lines(chosen, show)) if chosen else ()
    return {
        "rows": tuple(writer.row(each) for each in told),
        "total": writer.total(told),
        "scale": tuple(scale()),
        "mark": f"{place(MARK):.1f}%",
        "banner": _banner(ill[0], writer) if ill else None,
        "holds": holds,
        "held": "",
        "chosen": writer.row(chosen) if chosen else None,
        "chosen_told": chosen,
        "pulse": _pulse(chosen["id"]) if chosen else None,
        "show": show,
        "lines": lines,
        "letters": tuple(_letters(chosen)) if chosen else (),
        "dead": dead_of(chosen) if chosen else 0,
        "may_switch": actor().has("connectors"),
        "query": f"?connector={chosen['id']}&show={show}" if chosen else "",
    }


def _chosen(told: Sequence[Told], ill: Sequence[Told]) -> Told | None:
    """The connector that is looked at: the one that was clicked, else the one that ails most, else the first."""
    wanted = request.args.get("connector")
    if wanted is None:
        return next(iter([*ill, *told]), None)
    found = next((each for each in told if each["id"] == wanted), None)
    if found is None:
        abort(404)
    return found


def _banner(told: Told, writer: RowWriter) -> Banner:
    words, row = say(), writer.row(told)
    failing = next((poll for poll in told["polls"] if poll["error"]), None)
    parts = []
    if not row.good:
        parts.append(words("connector.banner.below", after=row.after, mark=f"{MARK * 100:.3f}%"))
    if failing:
        parts.append(words("connector.banner.poll", why=failing["error"]))
    if row.dead:
        parts.append(words("connector.banner.dead", count=row.dead))
    heard = words("connector.banner.heard", since=row.fresh_text) if row.fresh in ("late", "silent") and row.exact else ""
    text = words("connector.banner.and").join([*parts, *([heard] if heard else [])])
    return Banner(row.title, text, words("connector.banner.safe"), f"{row.href}#dead", words("connector.banner.look", count=row.dead) if row.dead else "")


def _holds(told: Sequence[Told]) -> Iterator[Hold]:
    words, titles = say(), {each["id"]: each["title"] for each in told}
    waiting = {each["id"]: each["queue"].get("held", 0) + each["queue"].get("waiting", 0) for each in told}
    for hold in application().switch.holds():
        when = _short(hold.since)
        scope = titles.get(hold.connector or "", "") if hold.connector else words("connector.everything")
        count = waiting.get(hold.connector, 0) if hold.connector else sum(waiting.values())
        waits = words("connector.held.waiting", count=count)
        if hold.by_itself:
            yield Hold(hold.connector or "", words("connector.gone", what=scope, since=when), words("connector.gone.why", waits=waits))
        else:
            yield Hold(hold.connector or "", words("connector.held", what=scope, by=hold.by, since=when), waits)


def _pulse(connector: str) -> Pulse:
    told, words = application().outside.console.pulse(connector), say()
    halves = told["halves"]
    top = max((each["out"] + each["in"] for each in halves), default=0)
    columns = tuple(_columns(halves, top))
    inbox = told["inbox"]
    waits = age(application().clock.now() - _moment(inbox["oldest"]), words.language) if inbox["oldest"] else ""
    came = words("connector.came", count=f"{inbox['count']:,}", repeats=f"{inbox['repeats']:,}")
    rate = told["rate"]
    return Pulse(
        saved=f"{told['again']['saved']:,}",
        again=f"{told['again']['calls']:,}",
        median="" if told["median"] is None else f"{told['median']:,}",
        rate=f"{rate['now']:.1f}",
        most="" if rate["most"] is None else f"{rate['most']:.3g}",
        columns=columns,
        any=top > 0,
        times=tuple(f"{_moment(halves[place]['at']).astimezone(running().zone):%H:%M}" for place in (0, 12, 24, 36)),
        came=words("connector.backlog", age=waits) + "　" + came if waits else came,
    )


def _columns(halves: Sequence[Told], top: int) -> Iterator[Column]:
    step = 100 / len(halves)
    for place_, half in enumerate(halves):
        count = half["out"] + half["in"]
        height = max(2, round(_HIGH * count / top)) if count else 0
        clock = f"{_moment(half['at']).astimezone(running().zone):%H:%M}"
        label = say()("connector.half", clock=clock, count=count, failed=half["failed"])
        yield Column(f"{place_ * step:.3f}%", height, bool(half["failed"]), label)


def _lines(chosen: Told, show: str) -> Iterator[Line]:
    console, connector = application().outside.console, chosen["id"]
    titles: dict[str, str] = {each["id"]: each["title"] for each in (*chosen["operations"], *chosen["events"])}
    if show == "calls":
        found, _ = console.calls(connector, actor(), limit=_SHOWN)
        for told in found:
            yield _line(told, "call", told["at"], str(titles.get(told["operation"], told["operation"])))
    else:
        found, _ = console.inbox(connector, actor(), limit=_SHOWN)
        for told in found:
            yield _line(told, "inbox", told["received_at"], str(titles.get(told["event"], told["event"])))


def _line(told: Told, kind: str, at: str, what: str) -> Line:
    moment, words = _moment(at), say()
    state = words(f"connector.{kind}.{told['state']}")
    if told.get("repeats"):
        state = words("connector.inbox.again", count=told["repeats"])
    if kind == "call" and told["attempts"] > 1:
        state = words("connector.call.tries", state=state, count=told["attempts"])
    record = told["record"] or ""
    return Line(
        id=told["id"],
        kind=kind,
        clock=f"{moment.astimezone(running().zone):%H:%M:%S}",
        exact=exact(moment, running().zone),
        what=what,
        state=told["state"],
        state_text=state,
        record=record,
        href=f"/tables/{told['table']}/records/{quote(record, safe='')}" if record and told["table"] else "",
    )


def _letters(chosen: Told) -> Iterator[Letter]:
    """What is dead: events by the sender's own name for them, calls by what they were to do; newest first."""
    console, connector, words = application().outside.console, chosen["id"], say()
    titles: dict[str, str] = {each["id"]: each["title"] for each in (*chosen["operations"], *chosen["events"])}
    events, _ = console.inbox(connector, actor(), state="dead", limit=_DEAD)
    calls, _ = console.calls(connector, actor(), state="dead", limit=_DEAD)
    found: list[tuple[str, str, Told, str, str]] = []
    found += [("inbox", told["received_at"], told, told["event"], told["reason"]) for told in events]
    found += [("call", told["at"], told, told["operation"], told["error"]) for told in calls]
    for kind, at, told, named, reason in sorted(found, key=lambda one: one[1], reverse=True):
        what = titles.get(named, named)
        name = told["record"] or told.get("key") or ""
        title = f"{name} · {what}" if 0 < len(name) <= _LONGEST_NAME else what
        yield Letter(told["id"], kind, title, reason or words("connector.dead.unknown"), _short(_moment(at)), exact(_moment(at), running().zone))


def _moment(text: str) -> datetime:
    found = parse_moment(text, running().zone)
    assert found is not None, "the console tells moments that can be read"
    return found


def _short(at: datetime) -> str:
    return short(at, application().clock.now(), running().zone, language())
