"""Edits: declarations changed at a path."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mailuo.base.problems import Problem
from mailuo.formulas import Template
from mailuo.metadata import Edit, Manifest, compare, edited, load, read_folder
from mailuo.metadata.document import Node
from mailuo.metadata.model import WaitingFor
from mailuo.metadata.reading import read_document

AROUND = read_folder(Path(__file__).parents[2] / "declarations" / "around")


def node(text: str) -> Node:
    root = read_document("value.yaml", f"value: {text}").root
    assert root is not None
    return root.entries[0].value


def after(*edits: tuple[str, str]) -> Manifest:
    files = edited(AROUND, [Edit(path, node(text)) for path, text in edits])
    assert isinstance(files, dict)
    result = load(files)
    assert isinstance(result, Manifest), [problem.line("en") for problem in result]
    return result


def test_a_value_deep_in_an_alert_is_replaced() -> None:
    alert = after(("alerts.check_late.when.longer_than", "8h")).alerts["check_late"]
    assert alert.when == WaitingFor("checked", timedelta(hours=8))
    assert alert.digest_over == 20


CHANGED = [
    ("tables.referrals.fields.note.title", "说明", "tables.referrals.fields.note"),
    ("tables.referrals.views.mine", "{filter: '{doctor} = ME()'}", "tables.referrals.views.mine"),
    ("roles.desk.tables.referrals", "{see: all}", "roles.desk"),
    ("roles.nurse", "{title: 护士}", "roles.nurse"),
    ("calendars.desk.days.2026-01-19", "[]", "calendars.desk"),
    ("alerts.lab_silent.enabled", "false", "alerts.lab_silent"),
    ("workspace.currency", "USD", "workspace"),
    ("automations.night", "{on: {schedule: '0 2 * * *'}, do: [{stop: true}]}", "automations.night"),
    (
        "arbitrations.sampled",
        "{on: referrals, node: sampled, golden: lab, tolerance: 1h, dispute: {reviewed_by: {role: doctor}}}",
        "arbitrations.sampled",
    ),
    ("connectors.courier", "{title: 快递}", "connectors.courier"),
    ("tables.beds", "{title: 床位, fields: {no: {type: text}}}", "tables.beds"),
    ("alerts.lab_silent", "null", "alerts.lab_silent"),
    ("alerts.check_late.escalate", "[]", "alerts.check_late"),
    ("alerts.check_late.because", "[]", "alerts.check_late"),
    ("tables.referrals.flow.nodes.checked.requires", "[]", "tables.referrals.flow.nodes.checked"),
]


@pytest.mark.parametrize(("path", "text", "changed"), CHANGED)
def test_an_edit_changes_what_it_names_and_nothing_else(path: str, text: str, changed: str) -> None:
    before = load(AROUND)
    assert isinstance(before, Manifest)
    paths = {change.path for change in compare(before, after((path, text)))}
    assert changed in paths
    assert all(other.startswith("tables") for other in paths - {changed})


def test_a_number_stays_a_number_and_a_text_a_text() -> None:
    path = "connectors.courier.operations.ask.request.json"
    found = after(
        ("connectors.courier", "{title: 快递}"),
        (path, "{sort: 0, deep: true, code: '7'}"),
        (path.replace("json", "path"), "/"),
    )
    assert found.connectors["courier"].operations["ask"].request.json == {
        "sort": Decimal(0),
        "deep": True,
        "code": Template("7", ("7",), frozenset()),
    }


def test_null_takes_away_what_stands_at_a_path_and_nothing_where_nothing_stands() -> None:
    made = ("tables.beds", "{title: 床位, fields: {no: {type: text}}}")
    assert "beds" not in after(made, ("tables.beds", "null")).tables
    assert after(("alerts.check_late.escalate", "null")).alerts["check_late"].escalate == ()
    assert after(("alerts.unheard_of", "null")).alerts.keys() == after().alerts.keys()


def test_several_edits_are_made_in_turn() -> None:
    found = after(("calendars.lab", "{weekly: {mon-fri: ['08:00-12:00']}}"), ("alerts.check_late.calendar", "lab"))
    assert found.alerts["check_late"].calendar == "lab"


@pytest.mark.parametrize(
    "path", ["dashboards.x.title", "connectors.x.title", "alerts", "tables.nothing.title", "nonsense"]
)
def test_a_path_that_leads_nowhere_is_a_problem(path: str) -> None:
    assert isinstance(edited(AROUND, [Edit(path, node("x"))]), Problem)
