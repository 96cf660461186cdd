"""Automations and arbitrations as they are built from their files."""

from decimal import Decimal
from pathlib import Path

import pytest

from mailuo.formulas import Formula, Template
from mailuo.metadata import Manifest, load, read_folder
from mailuo.metadata.automation import (
    Automation,
    Call,
    ClaimNode,
    Count,
    Create,
    ForEach,
    If,
    OnAlert,
    OnButton,
    OnEvent,
    OnForm,
    OnNode,
    OnRecord,
    OnSchedule,
    Set,
    Stop,
    Todo,
    Update,
)
from mailuo.metadata.given import Add

DECLARATIONS = Path(__file__).parents[2] / "declarations"
AROUND = read_folder(DECLARATIONS / "around")
COURIER = """
connector: courier
title: 送样公司
auth: {scheme: kdniao, id: "${COURIER_ID}", key: "${COURIER_KEY}"}
operations:
  ask: {request: {path: "/{number}"}, result: {rows: data.rows}}
events:
  track: {verify: kdniao, each: body.Data, find: {table: visits, where: {comment: item.No}, claim_on: referral}}
  word: {find: {table: referrals, where: {referral_no: item.no}}}
  other: {answer: ok}
"""


def loaded(text: str, **more: str) -> Manifest:
    result = load(
        {**AROUND, "automations/rules.yaml": text, **{f"automations/{name}.yaml": each for name, each in more.items()}}
    )
    assert isinstance(result, Manifest), [problem.line("en") for problem in result]
    return result


def rule(on: str, *steps: str) -> Automation:
    """One automation with these steps, beside a courier."""
    lines = "\n".join(f"      - {step}" for step in steps or ("{stop: true}",))
    return loaded(f"automations:\n  rule:\n    on: {on}\n    do:\n{lines}\n", courier=COURIER).automations["rule"]


def template(text: str, *parts: "str | tuple[str, ...]") -> Template:
    return Template(text, parts, frozenset(part for part in parts if isinstance(part, tuple)))


def refused(on: str, step: str) -> list[str]:
    text = f"automations:\n  rule:\n    on: {on}\n    do:\n      - {step}\n"
    problems = load({**AROUND, "automations/rules.yaml": text, "automations/courier.yaml": COURIER})
    assert isinstance(problems, tuple)
    return [problem.text("en") for problem in problems]


# --- what starts a rule -----------------------------------------------------------------------------------------

TRIGGERS = [
    ("{created: visits}", OnRecord("created", "visits")),
    ("{updated: referrals, fields: [ward, fee]}", OnRecord("updated", "referrals", ("ward", "fee"))),
    ("{deleted: visits}", OnRecord("deleted", "visits")),
    ("{reached: withdrawn, of: referrals}", OnNode("reached", "withdrawn", "referrals")),
    ("{disputed: seen, of: referrals}", OnNode("disputed", "seen", "referrals")),
    ("{opened: early}", OnAlert("opened", "early", "referrals")),
    ("{submitted: feedback}", OnForm("feedback", "visits")),
    ("{received: track, from: courier}", OnEvent("track", "courier", "referrals", "visits")),
    ("{received: courier.word}", OnEvent("word", "courier", "referrals")),
    ("{received: other, from: courier}", OnEvent("other", "courier")),
    ("{pressed: go, of: visits, by: 'role:desk'}", OnButton("go", "visits", ("desk",), "rule")),
]


@pytest.mark.parametrize(("on", "expected"), TRIGGERS)
def test_a_trigger_knows_the_table_of_its_record(on: str, expected: object) -> None:
    found = rule(on)
    assert found.on == expected
    assert found.of == found.on.of


def test_a_schedule_has_a_zone_and_its_records() -> None:
    found = rule('{schedule: "0 9 * * *", of: referrals, where: "NOT({closed})"}').on
    assert isinstance(found, OnSchedule)
    assert (found.cron.text, found.zone.key, found.of) == ("0 9 * * *", "Asia/Shanghai", "referrals")
    assert found.where is not None
    assert found.where.reads == {("closed",)}


def test_a_rule_may_have_several_triggers_of_one_table() -> None:
    found = rule("[{created: referrals}, {pressed: go, of: referrals, by: [desk], title: 再来}]")
    assert [type(each) for each in found.triggers] == [OnRecord, OnButton]
    assert found.triggers[1] == OnButton("go", "referrals", ("desk",), "再来")


# --- what a rule does -------------------------------------------------------------------------------------------


def test_values_are_templates_formulas_and_additions() -> None:
    step = rule(
        "{created: referrals}",
        '{set: {note: "{referral_no}: {patient.name}", fee: 10, urgent: {formula: "{fee} > 1"}, ward: null}}',
    ).steps[0]
    assert isinstance(step.deed, Set)
    values = step.deed.values
    assert values["note"] == template("{referral_no}: {patient.name}", ("referral_no",), ": ", ("patient", "name"))
    assert values["fee"] == template("10", "10")
    assert isinstance(values["urgent"], Formula)
    assert values["ward"] is None
    assert (step.on_error, step.path) == ("stop", "do.0")


def test_tags_can_be_added_to_those_there_are() -> None:
    deed = (
        rule("{submitted: feedback}", '{update: {record: "{referral}", set: {marks: {add: "{comment}"}}}}').steps[0].deed
    )
    assert isinstance(deed, Update)
    assert deed.table == "referrals"
    assert deed.values == {"marks": Add(template("{comment}", ("comment",)))}


def test_rows_with_a_name_are_known_to_later_steps() -> None:
    found = rule(
        "{created: referrals}",
        '{create: {table: visits, set: {referral: "{referral_no}"}, match: referral, initially: {fee: 1}, as: visit}}',
        '{update: {table: patients, match: {patient_no: "{patient}"}, as: sick}}',
        '{set: {note: "{visit} {visit.referral.note} {sick.name} {record.fee} {record}"}}',
    )
    created, sought, last = (step.deed for step in found.steps)
    assert isinstance(created, Create)
    assert (created.match, created.name, created.initially) == (("referral",), "visit", {"fee": template("1", "1")})
    assert isinstance(sought, Update)
    assert (sought.values, sought.name) == ({}, "sick")
    assert isinstance(last, Set)
    note = last.values["note"]
    assert isinstance(note, Template)
    assert note.reads == {("visit",), ("visit", "referral", "note"), ("sick", "name"), ("record", "fee"), ("record",)}


def test_a_name_is_not_known_outside_its_branch() -> None:
    inner = '{if: "{urgent}", do: [{create: {table: visits, set: {referral: "{referral_no}"}, as: visit}}, {set: {note: "{visit.fee}"}}]}'
    assert rule("{created: referrals}", inner)
    assert refused("{created: referrals}", inner + '\n      - {set: {note: "{visit.fee}"}}') == [
        "there is no 'visit.fee'"
    ]


def test_rows_are_gone_through_by_links_by_conditions_and_from_outside() -> None:
    found = rule(
        "{received: track, from: courier}",
        '{for_each: "{visits}", do: [{update: {record: "{item}", set: {comment: "{item.comment}{record.note}{event.x}{part.fee}"}}}]}',
        '{for_each: {of: visits, where: "AND({referral} = {record}, {comment} = {event.No})"}, do: [{stop: true}]}',
        '{for_each: "{event.Traces}", do: [{set: {note: "{item.AcceptTime}"}}]}',
    )
    links, rows, outside = (step.deed for step in found.steps)
    assert isinstance(links, ForEach)
    assert (links.table, links.links, links.steps[0].path) == ("visits", ("visits",), "do.0.do.0")
    assert isinstance(rows, ForEach)
    assert rows.where is not None
    assert rows.where.reads == {("referral",), ("record",), ("comment",), ("event", "No")}
    assert isinstance(outside, ForEach)
    assert (outside.table, outside.each) == (None, ("event", "Traces"))


def test_counts_are_numbers_with_a_name() -> None:
    found = rule(
        "{created: referrals}",
        '{count: {as: n, of: visits, where: "{referral} = {record}"}}',
        '{count: {as: held, of: "{visits}"}}',
        '{if: "{n} + {held} > 3", do: [{stop: "{n} 次"}], else: [{stop: true}]}',
    )
    by_condition, by_links, branch = (step.deed for step in found.steps)
    assert isinstance(by_condition, Count)
    assert by_condition.table == "visits"
    assert isinstance(by_links, Count)
    assert by_links.links == ("visits",)
    assert isinstance(branch, If)
    assert branch.condition.reads == {("n",), ("held",)}
    assert branch.steps[0].deed == Stop(template("{n} 次", ("n",), " 次"))
    assert branch.otherwise[0].path == "do.2.else.0"


def test_an_answer_is_known_by_the_names_of_its_result() -> None:
    call = "{call: {connector: courier, operation: ask, with: {number: 7}, as: found}}"
    step = rule("{created: referrals}", call, '{set: {note: "{found.rows.0.name}"}}').steps[0]
    assert step.on_error == "retry"
    assert step.deed == Call("courier", "ask", {"number": Decimal(7)}, "found")
    assert refused("{created: referrals}", call + '\n      - {set: {note: "{found.row}"}}') == [
        "there is no 'found.row'. Did you mean 'found.rows'?"
    ]


def test_a_call_is_given_only_what_it_uses() -> None:
    assert refused("{created: referrals}", "{call: {connector: courier, operation: ask, with: {nummer: 7}}}") == [
        "the operation 'ask' does not use 'nummer'. Did you mean 'number'?"
    ]


def test_a_claim_is_said_of_the_record_or_of_a_linked_one() -> None:
    own = rule("{created: referrals}", "{claim: {node: checked}}").steps[0].deed
    assert own == ClaimNode("checked", "referrals")
    linked = (
        rule("{submitted: feedback}", '{claim: {node: rated, record: "{referral}", source: "form:feedback"}}')
        .steps[0]
        .deed
    )
    assert linked == ClaimNode("rated", "referrals", template("{referral}", ("referral",)), source="form:feedback")


def test_a_rule_speaks_only_for_whom_it_heard_or_asked() -> None:
    step = "{claim: {node: checked, source: courier}}"
    assert refused("{created: referrals}", step) == ["this rule cannot speak as 'courier'; choose from automation"]
    asked = "{call: {connector: courier, operation: ask}}\n      - " + step
    assert refused("{created: referrals}", asked) == ["'courier' does not stand in the `by` of 'checked'"]


def test_a_line_on_home_ends_itself_by_a_condition_of_the_record() -> None:
    deed = (
        rule("{created: referrals}", '{todo: {user: "{doctor}", text: "{form.feedback}", until: "{closed}"}}')
        .steps[0]
        .deed
    )
    assert isinstance(deed, Todo)
    assert deed.user == template("{doctor}", ("doctor",))
    assert deed.text.reads == {("form", "feedback")}
    assert deed.until is not None
    assert deed.until.reads == {("closed",)}


def test_no_store_can_read_a_value_from_outside_as_a_time() -> None:
    step = '{delete: {table: visits, where: "{held_at} < DATETIME({event.at})"}}'
    assert refused("{received: other, from: courier}", step) == [
        "a condition that finds rows cannot read values from outside as times"
    ]


def test_alerts_take_the_same_steps() -> None:
    text = """
alerts:
  late:
    level: red
    on: referrals
    when: {waiting_for: checked, longer_than: 2h}
    then: [{if: "ISBLANK({doctor})", do: [{todo: {role: desk, text: "{referral_no}"}}]}]
    on_withdrawn: [{set: {note: 查明了}}]
"""
    alert = loaded(text).alerts["late"]
    assert isinstance(alert.then[0].deed, If)
    assert (alert.then[0].path, alert.on_withdrawn[0].path) == ("then.0", "on_withdrawn.0")


# --- arbitrations -----------------------------------------------------------------------------------------------


def test_all_others_are_auxiliary_where_none_are_named() -> None:
    text = "arbitrations:\n  a: {on: referrals, node: sampled, golden: lab, tolerance: 2h, dispute: {reviewed_by: {role: doctor}}}\n"
    found = loaded(text).arbitrations["a"]
    assert (found.auxiliary, found.grace, found.dispute.table) == (("manual",), None, None)
