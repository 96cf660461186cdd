"""Disputes: opened once, proved by one person, reviewed by another, and what a verdict changes."""

from mailuo.flow.dispute_list import Disputed
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM
from tests.integration.flow.court.conftest import Court, at, told

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
