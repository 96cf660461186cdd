"""Generated forms: an input that fits each type, read-only where the actor may not write."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mailuo_web.lifeline import State
from mailuo_web.pages.confirming import confirms_of
from mailuo_web.pages.inputs import InputView, input_of
from mailuo_web.pages.record_form import form_of
from mailuo_web.pages.standing import NodeStand
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.told import NodeTold, Part

Subjects = Callable[..., Subject]
FILE = {"id": "f1", "name": "报告.pdf", "size": 7, "sha256": "00"}


def field(subject: Subject, name: str, value: object = None) -> InputView:
    return input_of(subject, subject.table.fields[name], value)


@pytest.mark.parametrize(
    ("name", "value", "widget", "written"),
    [
        ("clinic", "N", "choice", "N"),
        ("asked_at", datetime(2026, 1, 15, 1, 11, tzinfo=UTC), "datetime-local", "2026-01-15T09:11"),
        ("fee", Decimal("12680.00"), "number", "12680.00"),
        ("urgent", True, "boolean", "true"),
        ("report", FILE, "file", "f1"),
        ("labels", ("a", "b"), "text", "a, b"),
        ("note", "x\ny", "long_text", "x\ny"),
        ("patient", "p-1", "link", "p-1"),
    ],
)
def test_each_type_has_its_input_with_the_value_as_the_api_takes_it(
    subject: Subjects, name: str, value: object, widget: str, written: str
) -> None:
    view = field(subject(), name, value)
    assert (view.widget, view.value) == (widget, written)


def test_money_is_asked_for_behind_its_sign_and_read_as_an_amount_where_it_cannot_be_written(subject: Subjects) -> None:
    amount = Decimal("22380.00")
    asked, read = field(subject(), "fee", amount), field(subject("nurse"), "fee", amount)
    assert (asked.sign, asked.value) == ("¥", "22380.00")
    assert (read.widget, read.shown) == ("fixed", "¥22,380.00")
    assert field(subject(), "note", "x").sign == ""


def test_the_key_is_locked_and_says_why(subject: Subjects) -> None:
    assert (field(subject(), "referral_no", "N1").widget, field(subject(), "referral_no").locked) == (
        "fixed",
        "编号生成后不能改",
    )


def test_what_a_role_may_not_change_is_shown_read_only(subject: Subjects) -> None:
    assert field(subject("nurse"), "note", "x").widget == "long_text"
    assert field(subject("nurse"), "clinic", "N").widget == "fixed"
    assert field(subject("nurse"), "clinic", "N").shown == "北院"


def test_a_masked_field_is_shown_as_it_is_masked(subject: Subjects) -> None:
    view = field(subject("nurse", table="patients"), "phone", "138****0000")
    assert (view.widget, view.shown, view.locked) == ("fixed", "138****0000", "已打码，只读")


def test_a_file_input_takes_only_what_the_field_takes(subject: Subjects) -> None:
    view = field(subject(), "report", FILE)
    assert (view.accept, view.shown, view.href) == ("application/pdf", "报告.pdf", "/api/v1/files/f1")


def test_a_hidden_field_is_in_no_form(subject: Subjects) -> None:
    form = form_of(subject("doctor"), {})
    assert "fee" not in [one.id for section in form.sections for one in section.fields]


def test_a_new_records_form_leaves_out_what_is_generated(subject: Subjects) -> None:
    form = form_of(subject(), {}, birth=True)
    names = [one.id for section in form.sections for one in section.fields]
    assert "referral_no" not in names
    assert {"clinic", "asked_at"} <= {one.id for section in form.sections for one in section.fields if one.required}


def test_confirming_asks_for_exactly_what_the_node_needs(subject: Subjects) -> None:
    who = subject("doctor")
    told = NodeTold("seen", NodeStand(State.DUE), False, False, False, "", (), ())
    confirm = confirms_of(who, {"seen": told}, {})["seen"]
    assert [(one.id, one.widget, one.required, one.accept) for one in confirm.asks] == [
        ("report", "file", True, "application/pdf"),
        ("photo", "file", True, "image/*"),
        ("note", "long_text", False, ""),
    ]


def test_a_field_of_which_one_sees_only_a_part_is_not_asked_for(subject: Subjects) -> None:
    told = NodeTold("seen", NodeStand(State.DUE), False, False, False, "", (), ())
    confirm = confirms_of(subject("locum"), {"seen": told}, {})["seen"]
    assert ([one.id for one in confirm.asks], confirm.has, confirm.fields) == (["photo", "note"], (), frozenset())


def test_what_a_node_asks_for_has_its_place_there_and_not_in_the_form(subject: Subjects) -> None:
    who = subject("doctor")
    told = NodeTold("seen", NodeStand(State.DUE), False, False, False, "", (), ())
    confirm = confirms_of(who, {"seen": told}, {})["seen"]
    form = form_of(who, {}, without=confirm.fields)
    assert confirm.fields == {"report"}
    assert "report" not in [one.id for section in form.sections for one in section.fields]


def test_a_required_field_that_is_filled_is_only_shown(subject: Subjects) -> None:
    who = subject("doctor")
    told = NodeTold("seen", NodeStand(State.DUE), False, False, False, "", (), ())
    file = {"id": "f1", "name": "report.pdf", "size": 9, "sha256": "0"}
    confirm = confirms_of(who, {"seen": told}, {"report": file})["seen"]
    assert confirm.has == (("报告", "report.pdf"),)
    assert "report" not in [one.id for one in confirm.asks]


def test_with_several_parts_the_person_chooses_one_that_is_open(subject: Subjects) -> None:
    parts = (Part("P1", State.REACHED, None), Part("P2", State.DUE, None), Part("P3", State.DUE, None))
    told = NodeTold("triaged", NodeStand(State.DUE), False, False, False, "", parts, ())
    who = subject("nurse")
    evidence = confirms_of(who, {"triaged": told}, {})["triaged"].asks
    assert [option.id for option in evidence[0].options] == ["P2", "P3"]


@pytest.mark.parametrize(("role", "state"), [("nurse", State.DUE), ("doctor", State.PENDING)])
def test_nobody_confirms_what_is_not_theirs_or_not_due(subject: Subjects, role: str, state: State) -> None:
    told = NodeTold("seen", NodeStand(state), False, False, False, "", (), ())
    assert confirms_of(subject(role), {"seen": told}, {}) == {}
