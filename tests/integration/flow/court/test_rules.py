"""What rules hear of disputes and verdicts."""

from mailuo.records.actor import SYSTEM
from tests.integration.flow.court.conftest import Court, at, told


def test_rules_hear_of_a_dispute_and_of_a_verdict_about_a_node_once(court: Court) -> None:
    request = court.contradicted()
    wrong = next(claim["id"] for claim in court.node(request)["claims"] if claim["source"] == "lab")
    court.laboratory.flow.retract(SYSTEM, "requests", request, wrong)
    court.shipped(request, "lab", 1)
    court.prove(3)
    court.judge("accept")
    disputed, verdict = court.events("disputed"), court.events("verdict_given")
    assert [first for _, _, first in disputed] == [True, False]
    assert [first for _, _, first in verdict] == [True]


LISTENING = """
automations:
  noted:
    on: {disputed: shipped, of: requests}
    do: [{create: {table: points, set: {person: 争议, request: "{request_no}"}}}]
  settled:
    on: {verdict_given: shipped, of: requests}
    do: [{create: {table: points, set: {person: 裁决, request: "{request_no}"}}}]
  sent:
    on: {reached: received, of: requests}
    do: [{create: {table: points, set: {person: 收到, request: "{request_no}"}}}]
"""


def test_rules_that_wait_for_disputes_and_verdicts_run_once_and_those_behind_them_afterwards(court: Court) -> None:
    court.laboratory.publish(automations=LISTENING)
    request = court.contradicted()
    court.laboratory.say(request, "received", "carrier", at=at(5.5))
    court.laboratory.settle()
    assert [row["person"] for row in court.laboratory.rows("points")] == ["争议"]
    court.prove(3)
    court.judge("accept")
    court.laboratory.settle()
    assert sorted(row["person"] for row in court.laboratory.rows("points")) == ["争议", "收到", "裁决"]


def test_an_import_that_contradicts_starts_no_rule(court: Court) -> None:
    court.laboratory.publish(automations=LISTENING)
    request = court.drawn()
    court.laboratory.move(hours=40)
    court.laboratory.flow.take_in([told(request, "lab", 1, 1), told(request, "carrier", 20, 30)])
    court.laboratory.settle()
    assert (court.laboratory.rows("points"), court.tickets()) == ([], [(request, "open")])
