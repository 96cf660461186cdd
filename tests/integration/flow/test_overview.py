"""A table at a glance: where its records stand, and where those are late."""

from mailuo.records.actor import SYSTEM
from tests.integration.flow.conftest import NOW, Laboratory

AGAINST = {"consent_late": "consented", "overdue": "received"}


def special(laboratory: Laboratory, **values: object) -> str:
    """A request that waits for its consent from now on."""
    request = laboratory.request(kind="special", **values)
    laboratory.say(request, "ordered", "desk")
    laboratory.say(request, "checked", "automation")
    return request


def test_the_overview_counts_who_waits_where_and_what_was_reached_today(laboratory: Laboratory) -> None:
    special(laboratory)
    laboratory.request()
    seen = laboratory.flow.standing(SYSTEM, "requests", NOW)
    assert (seen.open, seen.nodes["ordered"].waiting, seen.nodes["consented"].waiting) == (2, 1, 1)
    assert seen.nodes["checked"].reached == 1


def test_an_alert_holds_at_the_node_that_it_runs_against(laboratory: Laboratory) -> None:
    special(laboratory)
    laboratory.move(hours=2, seconds=1)
    assert laboratory.flow.late(SYSTEM, "requests", AGAINST) == {("consented", "red"): 1}


def test_an_alert_about_a_later_node_holds_where_the_record_waits(laboratory: Laboratory) -> None:
    special(laboratory, promised_at="2026-01-15T10:00+08:00")
    laboratory.move(hours=1, seconds=1)
    assert laboratory.flow.late(SYSTEM, "requests", AGAINST) == {("consented", "red"): 1}


def test_what_is_over_is_late_nowhere(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=3)
    laboratory.say(request, "cancelled", "desk")
    assert laboratory.flow.late(SYSTEM, "requests", AGAINST) == {}


def test_late_records_of_a_filter_are_counted_once_each_as_far_as_they_are_seen(laboratory: Laboratory) -> None:
    for _ in range(2):
        special(laboratory)
    laboratory.request()
    assert laboratory.flow.late_records(SYSTEM, "requests", "") == 0
    laboratory.move(hours=2, seconds=1)
    counted = [laboratory.flow.late_records(SYSTEM, "requests", each) for each in ("", '{kind} = "special"', '{kind} <> "special"')]
    assert counted == [2, 2, 0]
