"""Verdicts: proved by one person, reviewed by another, and what follows from them; who sees it, and why."""

from datetime import timedelta
from typing import Any

import pytest

from mailuo.base.problems import Refusal
from mailuo.flow.disputes import Proof, Verdict
from mailuo.flow.note import LONGEST
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.messages import NoSuchThing
from tests.integration.flow.conftest import person
from tests.integration.flow.court.conftest import HEAD, NURSE, Court, at

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
        "只有检验系统说 2026-01-15 09:00:00，12小时内冷链没有证实，按规则“发出以冷链为准”等待裁决",
        "冷链说 2026-01-15 18:00:00 与检验系统说 2026-01-15 09:00:00 相差超过 2小时，按规则“发出以冷链为准”等待裁决",
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


def test_notes_of_evidence_and_verdicts_that_are_too_long_are_refused(court: Court) -> None:
    court.contradicted()
    photo, words = court.laboratory.file("a", "image/jpeg", NURSE.roles[0]), "长" * (LONGEST + 1)
    with pytest.raises(Refusal) as given:
        court.disputes.evidence(NURSE, court.open()[0]["id"], Proof(at(3), photo, words))
    dispute = court.prove(3)["id"]
    with pytest.raises(Refusal) as judged:
        court.disputes.review(HEAD, dispute, Verdict("accept", words))
    assert [each.value.problems[0].field for each in (given, judged)] == ["note", "note"]
    assert court.open()[0]["state"] == "evidence"
