"""The table page's routes: the page itself, its rows, a cell's input, what a condition may say."""

from flask import abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from mailuo_web.http.asking import actor, application
from mailuo_web.http.bodies import parse_json
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.pages.address import PARAMETERS, SEVERAL, Address
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.cells import editable
from mailuo_web.pages.columns import chosen_columns
from mailuo_web.pages.condition_choice import choice_for, kind_of
from mailuo_web.pages.conditions import condition_of, join, split
from mailuo_web.pages.grid import GridPage, new_record, tabs_of
from mailuo_web.pages.inputs import input_of
from mailuo_web.pages.kanban import board_of
from mailuo_web.pages.looks import CALENDAR, KANBAN, Look, declared_looks, saved_look
from mailuo_web.pages.month import Month, read_month
from mailuo_web.pages.month_view import month_of
from mailuo_web.pages.page import page, part, running, say
from mailuo_web.pages.record_form import shown_fields
from mailuo_web.pages.shell import Spot
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.suggesting import suggested
from mailuo_web.pages.table_listing import listed_rows, one_row

MONTH = "month"


def subject_of(table: str) -> Subject:
    """The table as the asking actor sees it; refuses one that is not there, or not for the actor."""
    who = actor()
    access = running().access(who, table)
    return Subject(running(), who, access.table, say(), application().clock.now())


@route(blueprint, "/tables/<table>", SIGNED_IN, parameters=PARAMETERS, several=SEVERAL)
def table_page(table: str) -> ResponseReturnValue:
    """All records of a table."""
    return _table_page(subject_of(table), None)


@route(blueprint, "/tables/<table>/views/<view>", SIGNED_IN, parameters=(*PARAMETERS, MONTH), several=SEVERAL)
def view_page(table: str, view: str) -> ResponseReturnValue:
    """The records of a declared or saved view."""
    subject = subject_of(table)
    look = _view(subject, view)
    if look.layout == KANBAN and not request.args:
        return _board_page(subject, look)
    if look.layout == CALENDAR and set(request.args) <= {MONTH}:
        return _month_page(subject, look)
    return _table_page(subject, look)


@route(blueprint, "/tables/<table>/views/<view>/board", SIGNED_IN)
def view_board(table: str, view: str) -> ResponseReturnValue:
    """The columns of a kanban as they are now."""
    subject = subject_of(table)
    look = _view(subject, view)
    if look.layout != KANBAN:
        abort(404)
    return part("parts/board.html", board=board_of(subject, look))


@route(blueprint, "/tables/<table>/views/<view>/calendar", SIGNED_IN, parameters=(MONTH,))
def view_calendar(table: str, view: str) -> ResponseReturnValue:
    """The days of a calendar's month as they are now."""
    subject = subject_of(table)
    look = _view(subject, view)
    if look.layout != CALENDAR:
        abort(404)
    return part("parts/month.html", month=month_of(subject, look, _asked_month()))


@route(blueprint, "/tables/<table>/views", SIGNED_IN, methods=("POST",))
def save_view(table: str) -> ResponseReturnValue:
    """Keeps a question as one of the actor's own views, and goes there."""
    subject, given = subject_of(table), request.form
    made = application().records.views.save(
        subject.actor,
        table,
        given.get("title", ""),
        filter=given.get("kept_filter", ""),
        sort=given.get("kept_sort", ""),
        columns=given.getlist("kept_columns"),
    )
    return redirect(f"{subject.path}/views/{made.id}")


@route(blueprint, "/tables/<table>/views/<view>/drop", SIGNED_IN, methods=("POST",))
def drop_view(table: str, view: str) -> ResponseReturnValue:
    """Forgets one of the actor's own views."""
    subject = subject_of(table)
    application().records.views.drop(subject.actor, table, view)
    return redirect(subject.path)


@route(blueprint, "/tables/<table>/rows/<key>", SIGNED_IN, parameters=PARAMETERS, several=SEVERAL)
def table_row(table: str, key: str) -> ResponseReturnValue:
    """One row as it is now."""
    return _row(subject_of(table), None, key)


@route(blueprint, "/tables/<table>/views/<view>/rows/<key>", SIGNED_IN, parameters=PARAMETERS, several=SEVERAL)
def view_row(table: str, view: str, key: str) -> ResponseReturnValue:
    """One row of a view as it is now."""
    subject = subject_of(table)
    return _row(subject, _view(subject, view), key)


@route(blueprint, "/tables/<table>/fresh", SIGNED_IN, parameters=PARAMETERS, several=SEVERAL)
def table_fresh(table: str) -> ResponseReturnValue:
    """The marks of the page's rows as they are now, by key."""
    return _fresh(subject_of(table), None)


@route(blueprint, "/tables/<table>/views/<view>/fresh", SIGNED_IN, parameters=PARAMETERS, several=SEVERAL)
def view_fresh(table: str, view: str) -> ResponseReturnValue:
    """The marks of a view's rows as they are now, by key."""
    subject = subject_of(table)
    return _fresh(subject, _view(subject, view))


@route(blueprint, "/tables/<table>/records/<key>/fields/<field>", SIGNED_IN)
def cell_input(table: str, key: str, field: str) -> ResponseReturnValue:
    """The input of one field, for editing in place."""
    subject = subject_of(table)
    if not editable(subject, field):
        abort(404)
    record = application().records.get(subject.actor, table, key, fields=(field,))
    view = input_of(subject, subject.table.fields[field], record.values.get(field), place="cell")
    return part("parts/cell_input.html", field=view)


@route(blueprint, "/tables/<table>/conditions", SIGNED_IN, parameters=("add",))
def condition_values(table: str) -> ResponseReturnValue:
    """The relations and values that fit a field."""
    subject = subject_of(table)
    name = request.args.get("add", "")
    if not subject.asks(name):
        abort(404)
    return part("parts/condition_value.html", choice=choice_for(subject, name))


@route(blueprint, "/tables/<table>/shown", SIGNED_IN, parameters=("values",))
def conditional_fields(table: str) -> ResponseReturnValue:
    """Which conditional fields a form shows while it holds the given values (a JSON object)."""
    subject = subject_of(table)
    raw = parse_json(request.args.get("values", "{}").encode())
    if not isinstance(raw, dict):
        abort(400)
    return jsonify(shown_fields(subject, raw))


@route(blueprint, "/tables/<table>/suggest", SIGNED_IN, parameters=("q",))
def suggestions(table: str) -> ResponseReturnValue:
    """Records whose label holds some words, as options of a link input."""
    subject = subject_of(table)
    return part("parts/suggestions.html", records=tuple(suggested(subject, request.args.get("q", ""))))


def _view(subject: Subject, name: str) -> Look:
    """A declared view that the actor may ask, or one that the actor saved; others are not found."""
    declared = next((one for one in declared_looks(subject) if one.id == name), None)
    if declared is not None:
        return declared
    saved = application().records.views.get(subject.actor, subject.table.id, name)
    if saved is None:
        abort(404)
    return saved_look(saved)


def saved_looks(subject: Subject) -> tuple[Look, ...]:
    """The views that the actor saved."""
    return tuple(saved_look(one) for one in application().records.views.of(subject.actor, subject.table.id))


def _table_page(subject: Subject, view: Look | None) -> ResponseReturnValue:
    address = _address(subject, view)
    if "add" in request.args:
        return redirect(_with_condition(subject, view, address))
    columns = chosen_columns(subject, view, address.columns)
    listed = listed_rows(subject, view, address, columns, count=True)
    grid = GridPage(subject, address, view, columns, listed, saved_looks(subject))
    condition = choice_for(subject, grid.askable[0].id) if grid.askable else None
    return page("table.html", subject.actor, Spot("table", subject.table.id), {"grid": grid, "condition": condition})


def _board_page(subject: Subject, view: Look) -> ResponseReturnValue:
    tabs = tabs_of(subject, view, saved_looks(subject))
    values = {"board": board_of(subject, view), "tabs": tabs, "title": subject.table.title, "new": new_record(subject)}
    return page("kanban.html", subject.actor, Spot("table", subject.table.id), values)


def _month_page(subject: Subject, view: Look) -> ResponseReturnValue:
    tabs = tabs_of(subject, view, saved_looks(subject))
    values = {"month": month_of(subject, view, _asked_month()), "tabs": tabs, "title": subject.table.title, "new": new_record(subject)}
    return page("calendar.html", subject.actor, Spot("table", subject.table.id), values)


def _asked_month() -> Month | None:
    """The month of the address; None without one, and not found when it is none."""
    written = request.args.get(MONTH)
    month = read_month(written) if written is not None else None
    if written is not None and month is None:
        abort(404)
    return month


def _row(subject: Subject, view: Look | None, key: str) -> ResponseReturnValue:
    address = _address(subject, view)
    columns = chosen_columns(subject, view, address.columns)
    return part("parts/rows.html", rows=[one_row(subject, key, columns)], pickable=subject.flow is not None)


def _fresh(subject: Subject, view: Look | None) -> ResponseReturnValue:
    address = _address(subject, view)
    columns = chosen_columns(subject, view, address.columns)
    return jsonify({row.key: row.mark for row in listed_rows(subject, view, address, columns, count=False).rows})


def _address(subject: Subject, view: Look | None) -> Address:
    path = f"{subject.path}/views/{view.id}" if view else subject.path
    asked = request.args
    return Address(path, asked.get("filter"), asked.get("sort"), tuple(asked.getlist("columns")), asked.get("cursor"))


def _with_condition(subject: Subject, view: Look | None, address: Address) -> str:
    """The page with one more condition, as it was clicked together."""
    name, op, value = (request.args.get(part_, "") for part_ in ("add", "op", "value"))
    text = request.args.get("base", view.filter if view else "")
    if not subject.asks(name):
        abort(404)
    return address.filtered(join([*split(text), condition_of(name, op, value, kind_of(subject, name))]))
