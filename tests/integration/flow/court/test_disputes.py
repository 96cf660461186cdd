"""Disputes: opened once, proved by one person, reviewed by another, and what a verdict changes."""

from datetime import timedelta
from typing import Any

import pytest

from mailuo.base.problems import Refusal
from mailuo.flow.dispute_list import Disputed
from mailuo.flow.disputes import Proof, Verdict
from mailuo.flow.intake import Told
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.messages import NoSuchThing
from tests.integration.flow.conftest import person
from tests.integration.flow.court.conftest import HEAD, NURSE, Court, at

# Opening


def test_a_conflict_freezes_the_node_and_opens_one_dispute_and_one_ticket(court: Court) -> None:
    request = court.contradicted()
    assert (court.node(request)["state"], court.tickets()) == ("disputed", [(request, "open")])
    row = court.laboratory.records.get(SYSTEM, "requests", request).json()
    assert (row["status"], row["disputed"]) == ("drawn", True)
    ticket = court.laboratory.rows("tickets")[0]
    assert (ticket["who"], ticket["about"]) == ("role:nurse", "N的发出时间")
    (dispute,) = court.open()
    assert (dispute["record"], dispute["ticket"], dispute["cause"]) == (request, "T001", "conflict")
    assert court.node(request)["dispute"] == dispute["id"]


def test_more_words_change_neither_the_dispute_nor_the_number_of_tickets(court: Court) -> None:
    request = court.contradicted()
    before = court.open()[0]["id"]
    for source, hours in (("manual", 5.0), ("carrier", 5.5), ("lab", 0.5), ("lab", 1.0)):
        court.laboratory.flow.claim(SYSTEM, "requests", request, Word("shipped", at(hours), source))
        court.laboratory.settle()
    assert ([each["id"] for each in court.open()], court.tickets()) == ([before], [(request, "open")])


def test_a_lonely_word_is_disputed_exactly_when_its_grace_ends(court: Court) -> None:
    request = court.drawn()
    court.shipped(request, "lab", 0)
    court.laboratory.move(hours=12, seconds=-1)
    assert (court.node(request)["state"], court.open()) == ("reached", [])
    court.laboratory.move(seconds=1)
    assert (court.node(request)["state"], court.open()[0]["cause"]) == ("disputed", "grace")


def test_a_dispute_of_grace_alone_is_withdrawn_and_its_ticket_closed_when_golden_agrees(court: Court) -> None:
    request = court.drawn()
    court.shipped(request, "lab", 0)
    court.laboratory.move(hours=13)
    assert court.tickets() == [(request, "open")]
    court.shipped(request, "carrier", 1)
    court.laboratory.settle()
    assert (court.node(request)["state"], court.open(), court.tickets()) == ("reached", [], [(request, "closed")])
    (gone,) = court.disputes.page(SYSTEM, Disputed(state="withdrawn"))[0]
    assert gone["record"] == request


def test_a_dispute_of_grace_goes_on_with_its_ticket_when_golden_contradicts(court: Court) -> None:
    request = court.drawn()
    court.shipped(request, "lab", 0)
    court.laboratory.move(hours=13)
    before = court.open()[0]["id"]
    court.shipped(request, "carrier", 9)
    court.laboratory.settle()
    assert [(each["id"], each["cause"]) for each in court.open()] == [(before, "conflict")]
    assert court.tickets() == [(request, "open")]


def test_a_word_taken_back_ends_the_dispute(court: Court) -> None:
    request = court.contradicted()
    wrong = next(claim["id"] for claim in court.node(request)["claims"] if claim["source"] == "lab")
    court.laboratory.flow.retract(SYSTEM, "requests", request, wrong)
    court.laboratory.settle()
    assert (court.node(request)["source"], court.open(), court.tickets()) == ("carrier", [], [(request, "closed")])


def test_no_grace_runs_out_after_the_record_has_left_the_line(court: Court) -> None:
    request = court.drawn()
    court.shipped(request, "lab", 0)
    court.laboratory.move(hours=1)
    court.laboratory.say(request, "cancelled", "desk")
    court.laboratory.move(hours=20)
    assert court.open() == []


def test_each_part_has_its_own_dispute(court: Court) -> None:
    request = court.drawn()
    first, second = court.laboratory.tube(request, "A"), court.laboratory.tube(request, "B")
    court.laboratory.move(hours=6)
    for part, hours in ((first, 1), (second, 5)):
        court.shipped(request, "lab", hours, part=part)
        court.shipped(request, "carrier", 5, part=part)
    assert [(each["part"], court.node(request)["state"]) for each in court.open()] == [("A", "disputed")]
    assert {part["part"]: part["state"] for part in court.node(request)["parts"]} == {"A": "disputed", "B": "reached"}


def test_a_dispute_about_the_whole_goes_on_about_the_part_that_comes_to_it(court: Court) -> None:
    request = court.contradicted()
    before = court.open()[0]["id"]
    court.laboratory.tube(request, "A")
    court.laboratory.settle()
    assert [(each["id"], each["part"]) for each in court.open()] == [(before, "A")]
    assert court.tickets() == [(request, "open")]


# Imports and publications


def told(request: str, source: str, hours: float, heard: float) -> Told:
    """A line of an import."""
    return Told(request, "shipped", at(hours), source, at(heard))


def test_an_import_judges_too_and_tells_the_past_with_its_disputes(court: Court) -> None:
    request = court.drawn()
    court.laboratory.move(hours=40)
    court.laboratory.flow.take_in([told(request, "lab", 1, 1), told(request, "carrier", 20, 30)])
    court.laboratory.settle()
    assert (court.node(request)["state"], court.tickets()) == ("disputed", [(request, "open")])
    known = {hours: court.laboratory.states(request, at(hours))["shipped"] for hours in (2, 12.9, 13, 31)}
    assert known == {2: "reached", 12.9: "reached", 13: "disputed", 31: "disputed"}


def test_a_rule_that_is_switched_off_withdraws_its_disputes(court: Court) -> None:
    request = court.contradicted()
    rule = court.laboratory.files["tables/arbitrations.yaml"]
    court.laboratory.publish(arbitrations=rule + "    enabled: false\n")
    court.laboratory.settle()
    assert (court.node(request)["state"], court.open(), court.tickets()) == ("reached", [], [(request, "closed")])


def test_a_rule_that_is_made_stricter_finds_old_contradictions(court: Court) -> None:
    request = court.drawn()
    court.laboratory.move(hours=6)
    court.shipped(request, "lab", 4)
    court.shipped(request, "carrier", 5)
    assert court.open() == []
    court.laboratory.publish(arbitrations=court.laboratory.files["tables/arbitrations.yaml"].replace("2h", "30m"))
    assert [each["record"] for each in court.open()] == [request]


def test_a_rule_that_is_switched_off_frees_records_that_have_left_the_line_too(court: Court) -> None:
    request = court.contradicted()
    court.laboratory.say(request, "cancelled", "desk")
    assert [each["record"] for each in court.open()] == [request]
    rule = court.laboratory.files["tables/arbitrations.yaml"]
    court.laboratory.publish(arbitrations=rule + "    enabled: false\n")
    assert court.open() == []


def test_a_renamed_node_rule_and_ticket_table_keep_their_disputes_and_clocks(court: Court) -> None:
    request, waiting = court.contradicted(), court.drawn()
    court.shipped(waiting, "lab", 6)
    files = court.laboratory.files
    renamed = {
        "requests": files["tables/requests.yaml"].replace("    shipped: {", "    sent: {was: shipped, "),
        "alerts": files["tables/alerts.yaml"].replace("from: shipped", "from: sent"),
        "tickets": files["tables/tickets.yaml"].replace("table: tickets\n", "table: cases\nwas: tickets\n"),
        "arbitrations": files["tables/arbitrations.yaml"].replace("shipped", "sent").replace("tickets", "cases"),
    }
    court.laboratory.publish(**{**renamed, "arbitrations": renamed["arbitrations"].replace("  shipping:", "  sending:")})
    court.laboratory.move(hours=13)
    assert [(each["record"], each["node"], each["cause"]) for each in court.open()] == [
        (request, "sent", "conflict"), (waiting, "sent", "grace"),
    ]  # fmt: skip
    court.prove(3)
    court.judge("accept")
    cases = sorted((row["request"], row["state"]) for row in court.laboratory.rows("cases"))
    assert cases == [(request, "closed"), (waiting, "open")]


# Evidence and review


@pytest.mark.parametrize(
    ("by", "hours", "photo", "code"),
    [
        (person("doctor"), 3, "image/jpeg", "not_permitted"),
        (NURSE, 3, None, "evidence_missing"),
        (NURSE, 3, "application/pdf", "invalid"),
        (NURSE, 7, "image/jpeg", "future_time"),
        (NURSE, None, "image/jpeg", "required"),
    ],
)
def test_evidence_that_does_not_do_is_refused(
    court: Court, by: Actor, hours: float | None, photo: str | None, code: str
) -> None:
    court.contradicted()
    file = court.laboratory.file("a", photo, by.roles[0]) if photo else None
    with pytest.raises(Refusal) as refused:
        court.disputes.evidence(by, court.open()[0]["id"], Proof(None if hours is None else at(hours), file))
    assert refused.value.code == code


def test_a_verdict_needs_a_second_person_and_evidence_that_waits(court: Court) -> None:
    court.contradicted()
    both = Actor("id-of-both", "both", ("nurse", "head"))
    dispute = court.open()[0]["id"]
    refused = []
    for by in (HEAD, both, person("doctor")):
        with pytest.raises(Refusal) as refusal:
            court.judge("accept", by)
        refused.append(refusal.value.code)
        if by is HEAD:
            court.disputes.evidence(both, dispute, Proof(at(2), court.laboratory.file("a.png", "image/png", "both")))
    assert refused == ["conflict", "same_person", "not_permitted"]


def test_evidence_that_was_turned_down_cannot_be_accepted_later(court: Court) -> None:
    request = court.contradicted()
    court.prove(2)
    assert court.judge("reject")["state"] == "open"
    with pytest.raises(Refusal) as refused:
        court.judge("accept")
    assert refused.value.code == "conflict"
    court.prove(3)
    decided = court.judge("accept")
    assert (decided["state"], court.node(request)["at"]) == ("decided", "2026-01-15T12:00:00+08:00")
    assert [("turned_down" in each, each["by"]) for each in decided["history"]] == [(True, "nurse"), (False, "nurse")]


def test_a_reviewer_who_looked_at_older_evidence_is_told_so(court: Court) -> None:
    court.contradicted()
    older = court.prove(2)
    court.prove(3)
    with pytest.raises(Refusal) as refused:
        court.disputes.review(HEAD, older["id"], Verdict("accept", evidence=older["evidence"]["id"]))
    assert refused.value.code == "conflict"


def test_a_verdict_outranks_all_closes_the_ticket_and_no_later_word_reopens_it(court: Court) -> None:
    request = court.contradicted()
    court.prove(3)
    decided = court.judge("accept")
    for source, hours in (("carrier", 0.5), ("lab", 9), ("manual", 20)):
        court.laboratory.flow.claim(SYSTEM, "requests", request, Word("shipped", at(hours), source))
    court.laboratory.move(days=3)
    node = court.node(request)
    assert (node["state"], node["source"], node["at"]) == ("reached", "verdict", "2026-01-15T12:00:00+08:00")
    assert (decided["verdict"]["by"], court.open(), court.tickets()) == ("head", [], [(request, "closed")])
    ticket = court.laboratory.rows("tickets")[0]
    assert (str(ticket["seen_at"])[:16], ticket["photo"]["name"]) == ("2026-01-15T12:00", "a.jpg")


def test_what_follows_a_disputed_node_waits_and_then_has_its_own_time(court: Court) -> None:
    request = court.contradicted()
    court.laboratory.move(hours=2)
    court.laboratory.say(request, "received", "carrier", at=at(7))
    assert (court.node(request, "received")["state"], court.node(request, "received")["held"]) == ("pending", True)
    assert "received" not in [node for _, node, _ in court.events("reached")]
    court.prove(3)
    court.judge("accept")
    assert court.node(request, "received")["at"] == "2026-01-15T16:00:00+08:00"
    assert [node for _, node, _ in court.events("reached")].count("received") == 1


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


def test_a_ticket_that_is_made_after_its_dispute_ended_is_closed_at_once(court: Court) -> None:
    request = court.drawn()
    court.laboratory.move(hours=6)
    court.shipped(request, "lab", 1)
    court.shipped(request, "carrier", 5)
    court.prove(3)
    court.judge("accept")
    assert court.tickets() == [(request, "closed")]
    assert str(court.laboratory.rows("tickets")[0]["seen_at"])[:16] == "2026-01-15T12:00"


def test_many_are_proved_and_reviewed_at_once_and_each_answers_for_itself(court: Court) -> None:
    requests = [court.contradicted() for _ in range(3)]
    ids = [each["id"] for each in court.open()]
    proofs = [(id_, Proof(at(3), court.laboratory.file(id_, "image/jpeg"))) for id_ in ids[:2]]
    assert [one.problems == () for one in court.disputes.evidence_of_many(NURSE, proofs)] == [True, True]
    judged = court.disputes.review_of_many(HEAD, [(id_, Verdict("accept")) for id_ in ids])
    assert [one.now is not None for one in judged] == [True, True, False]
    assert [court.node(request)["state"] for request in requests] == ["reached", "reached", "disputed"]


# Seeing


def test_who_does_not_see_the_record_does_not_see_its_dispute_nor_its_photo(court: Court) -> None:
    court.contradicted(clinic="S")
    dispute = court.prove(3)
    eyes = person("technician")  # sees the northern clinic alone
    assert court.disputes.page(eyes)[0] == []
    with pytest.raises(NoSuchThing):
        court.disputes.get(eyes, dispute["id"])
    with pytest.raises(Refusal):
        court.laboratory.records.file(eyes, dispute["evidence"]["file"]["id"])
    assert court.laboratory.records.file(person("doctor"), dispute["evidence"]["file"]["id"]).name == "a.jpg"


def test_the_queue_goes_by_age_page_by_page(court: Court) -> None:
    made = [court.contradicted() for _ in range(3)]
    first, following = court.disputes.page(NURSE, limit=2)
    second, last = court.disputes.page(NURSE, limit=2, cursor=following)
    assert ([each["record"] for each in (*first, *second)], last) == (made, None)


def test_what_a_verdict_would_change_is_what_it_changes(court: Court) -> None:
    request = court.contradicted(promised_at="2026-01-17T09:00+08:00", doctor="甲")
    court.laboratory.say(request, "received", "carrier", at=at(5.5))
    court.prove(3)
    dispute = court.open()[0]["id"]
    seen: Any = court.disputes.preview(HEAD, dispute)
    court.judge("accept")
    changed = {node["id"]: node["after"]["at"] for node in seen["nodes"]}
    assert {"shipped", "moving", "received"} <= changed.keys()
    assert all(court.node(request, name)["at"] == moment for name, moment in changed.items())
    assert seen["status"] == {"before": "drawn", "after": "received"}
    assert [each["rule"] for each in seen["alerts"]["open"]] == ["early"]
    assert court.laboratory.alerts() == [("early", request)]
    assert "drawn" in [node["id"] for node in seen["unchanged"]]


def test_the_rate_of_disagreement_counts_records_of_which_two_sources_spoke(court: Court) -> None:
    court.contradicted()
    agreeing, alone = court.drawn(), court.drawn()
    court.shipped(agreeing, "carrier", 5)
    court.shipped(agreeing, "lab", 4)
    court.shipped(agreeing, "manual", 5)
    court.shipped(alone, "lab", 4)
    figures: Any = court.disputes.figures(HEAD)
    (rate,) = figures["rates"]
    assert (rate["records"], rate["conflicting"], rate["rate"]) == (2, 1, 0.5)
    shares = {each["source"]: (each["records"], each["conflicting"]) for each in rate["sources"]}
    assert shares == {"lab": (2, 1), "manual": (1, 0)}
    assert (figures["states"], figures["oldest"]) == ({"open": 1}, "2026-01-15T15:00:00+08:00")


# Why


def test_each_stage_says_why(court: Court) -> None:
    request = court.drawn()
    court.shipped(request, "lab", 0)
    told = [court.node(request)["why"]]
    court.laboratory.move(hours=13)
    told.append(court.node(request)["why"])
    court.shipped(request, "carrier", 9)
    told.append(court.node(request)["why"])
    court.prove(3)
    court.judge("accept")
    told.append(court.node(request)["why"])
    assert told == [
        "检验系统 报告于 2026-01-15 09:00:00 到达（按规则“发出以冷链为准”暂定，等冷链证实；到 2026-01-15 21:00:00 仍无证实即为争议）",
        "只有检验系统说 2026-01-15 09:00:00，12h 内冷链没有证实，按规则“发出以冷链为准”等待裁决",
        "冷链说 2026-01-15 18:00:00与检验系统说 2026-01-15 09:00:00相差超过 2h，按规则“发出以冷链为准”等待裁决",
        "裁决为 2026-01-15 12:00:00：head于 2026-01-15 22:00:00 采纳了nurse的凭证（a.jpg）",
    ]


def test_a_golden_word_says_whose_place_it_took(court: Court) -> None:
    request = court.drawn()
    court.laboratory.move(hours=6)
    court.shipped(request, "lab", 4)
    court.shipped(request, "carrier", 5)
    assert court.node(request)["why"] == (
        "冷链 报告于 2026-01-15 14:00:00 到达（按规则“发出以冷链为准”以冷链为准，取代检验系统说 2026-01-15 13:00:00）"
    )


def test_a_grace_that_began_earlier_is_not_begun_again(court: Court) -> None:
    request = court.drawn()
    court.shipped(request, "lab", 0)
    court.laboratory.move(hours=6)
    court.shipped(request, "manual", 1)
    court.laboratory.move_to(at(12) - timedelta(seconds=1))
    assert court.open() == []
    court.laboratory.move(seconds=1)
    assert [each["record"] for each in court.open()] == [request]


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
