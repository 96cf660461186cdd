"""Alerts on the running system: when they open, whom they tell, and how they end."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mailuo.base.problems import Refusal
from mailuo.flow.intake import Told
from mailuo.flow.note import LONGEST
from mailuo.flow.wall import Wanted
from mailuo.records.actor import SYSTEM
from tests.integration.flow.conftest import Laboratory, person


def special(laboratory: Laboratory, **values: object) -> str:
    """A request that waits for its consent from now on."""
    request = laboratory.request(kind="special", **values)
    laboratory.say(request, "ordered", "desk")
    laboratory.say(request, "checked", "automation")
    return request


def consent(laboratory: Laboratory, request: str, **more: object) -> None:
    file = laboratory.file(f"consent-{request}-{laboratory.clock.now():%H%M%S}", "application/pdf")
    laboratory.say(request, "consented", "role:nurse", evidence={"consent_form": file}, **more)


LATE = "consent_late"


def test_exactly_two_hours_are_not_late_and_one_second_more_is(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=2)
    assert laboratory.alerts() == []
    laboratory.move(seconds=1)
    assert laboratory.alerts() == [(LATE, request)]


def test_an_alert_tells_each_role_once_in_to_and_in_copy(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=2, seconds=1)
    assert sorted(laboratory.told()) == [("wecom", "head"), ("wecom", "nurse")]
    assert all(request in text and "同意书超时" in text for _, _, text in laboratory.sent())


def test_an_open_alert_is_not_opened_again_and_ends_when_the_node_is_reached(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=3)
    consent(laboratory, request)
    assert (laboratory.alerts(), laboratory.alerts("resolved")) == ([], [(LATE, request)])
    laboratory.move(days=1)
    assert laboratory.alerts("resolved").count((LATE, request)) == 1


def test_a_node_reached_in_time_never_alerts(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=2)
    consent(laboratory, request)
    laboratory.move(hours=20)
    assert (LATE, request) not in [*laboratory.alerts(), *laboratory.alerts("resolved")]


def test_a_breach_first_known_after_its_end_never_opens(laboratory: Laboratory) -> None:
    request = laboratory.request(kind="special")
    laboratory.move(hours=5)
    early, late = laboratory.clock.now() - timedelta(hours=5), laboratory.clock.now()
    laboratory.say(request, "ordered", "desk", at=early)
    laboratory.flow.take_in([], quiet=True)
    laboratory.say(request, "drawn", "lab", at=late)
    laboratory.say(request, "checked", "automation", at=early)
    laboratory.settle()
    assert laboratory.alerts() == []


def reasons(laboratory: Laboratory, rule: str) -> list[object]:
    alerts, _ = laboratory.wall.page(SYSTEM, Wanted(state="resolved", rule=rule))
    return [alert["resolved_because"] for alert in alerts]


def test_a_late_word_about_a_time_before_the_limit_withdraws_the_alert(laboratory: Laboratory) -> None:
    request = special(laboratory)
    in_time = laboratory.clock.now() + timedelta(hours=1)
    laboratory.move(hours=3)
    consent(laboratory, request, at=in_time)
    assert reasons(laboratory, LATE) == ["withdrawn"]


def test_leaving_the_line_ends_alerts_and_stops_clocks(laboratory: Laboratory) -> None:
    late, waiting = special(laboratory), ""
    laboratory.move(hours=1)
    waiting = special(laboratory)
    laboratory.move(hours=1, seconds=1)
    for request in (late, waiting):
        laboratory.say(request, "cancelled", "desk")
    laboratory.move(days=3)
    assert laboratory.alerts() == []
    assert laboratory.alerts("resolved") == [(LATE, late)]
    assert reasons(laboratory, LATE) == ["exited"]


def test_a_deleted_record_ends_its_alerts(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=3)
    laboratory.records.delete(SYSTEM, "requests", request)
    assert laboratory.alerts() == []


# pauses


def test_a_pause_stops_the_clock_and_it_runs_on_afterwards(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(minutes=90)
    laboratory.records.update(SYSTEM, "requests", request, {"remark": "等家属"})
    laboratory.move(hours=5)
    assert laboratory.alerts() == []
    laboratory.records.update(SYSTEM, "requests", request, {"remark": "已联系"})
    laboratory.move(minutes=30)
    assert laboratory.alerts() == []
    laboratory.move(seconds=1)
    assert laboratory.alerts() == [(LATE, request)]


# escalation and reminders


def escalated(laboratory: Laboratory) -> int:
    return laboratory.told().count(("email", "billing"))


def test_an_alert_escalates_once_four_hours_after_it_opened(laboratory: Laboratory) -> None:
    special(laboratory)
    laboratory.move(hours=5, minutes=59)
    assert escalated(laboratory) == 0
    laboratory.move(minutes=2)
    assert escalated(laboratory) == 1
    laboratory.move(days=2)
    assert escalated(laboratory) == 1


def test_what_was_ended_does_not_escalate(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=3)
    consent(laboratory, request)
    laboratory.move(hours=10)
    assert escalated(laboratory) == 0


def acknowledge(laboratory: Laboratory, role: str = "head", note: str = "在处理") -> None:
    (alert,), _ = laboratory.wall.page(SYSTEM, Wanted(state="open", rule=LATE))
    laboratory.wall.acknowledge(person(role), str(alert["id"]), note)


def test_acknowledging_stops_reminders_and_not_escalation(laboratory: Laboratory) -> None:
    special(laboratory)
    laboratory.move(hours=3, minutes=30)
    assert laboratory.told().count(("wecom", "head")) == 2  # opened, and reminded once
    acknowledge(laboratory)
    laboratory.move(hours=8)
    assert laboratory.told().count(("wecom", "head")) == 2
    assert escalated(laboratory) == 1
    assert laboratory.alerts("acknowledged")


def test_a_note_that_is_too_long_acknowledges_nothing(laboratory: Laboratory) -> None:
    special(laboratory)
    laboratory.move(hours=3)
    with pytest.raises(Refusal) as refusal:
        acknowledge(laboratory, note="长" * (LONGEST + 1))
    assert (refusal.value.problems[0].field, laboratory.alerts("acknowledged")) == ("note", [])


def test_an_alert_that_is_over_cannot_be_acknowledged(laboratory: Laboratory) -> None:
    request = special(laboratory)
    laboratory.move(hours=3)
    (alert,), _ = laboratory.wall.page(SYSTEM, Wanted(state="open"))
    consent(laboratory, request)
    with pytest.raises(Refusal) as refusal:
        laboratory.wall.acknowledge(person("head"), str(alert["id"]), None)
    assert refusal.value.code == "conflict"


# digests


def overdue(laboratory: Laboratory, minutes: int, count: int) -> list[str]:
    """Requests that were promised for so many minutes from now."""
    promised = (laboratory.clock.now() + timedelta(minutes=minutes)).isoformat()
    return [laboratory.request(promised_at=promised) for _ in range(count)]


def texts(laboratory: Laboratory) -> list[str]:
    return [text for via, whom, text in laboratory.sent() if (via, whom) == ("wecom", "head")]


def test_more_than_so_many_in_one_pass_become_one_message_that_names_them(laboratory: Laboratory) -> None:
    numbers = overdue(laboratory, 10, 3)
    laboratory.move(minutes=11)
    assert len(laboratory.alerts()) == 3
    (text,) = texts(laboratory)
    assert "3" in text
    assert all(number in text for number in numbers)


def test_a_digest_names_at_most_ten(laboratory: Laboratory) -> None:
    numbers = overdue(laboratory, 10, 12)
    laboratory.move(minutes=11)
    (text,) = texts(laboratory)
    assert sum(number in text for number in numbers) == 10
    assert "12" in text


def test_those_of_sixty_seconds_are_told_together(laboratory: Laboratory) -> None:
    for number in range(3):
        overdue(laboratory, 10, 1)
        laboratory.move(seconds=20 if number < 2 else 0)
    laboratory.move(minutes=12)
    assert len(texts(laboratory)) == 1


def test_as_many_as_are_allowed_are_told_apart(laboratory: Laboratory) -> None:
    overdue(laboratory, 10, 2)
    laboratory.move(minutes=12)
    assert len(texts(laboratory)) == 2


# rewards


def deliver(laboratory: Laboratory, request: str, hours_early: float) -> None:
    promised = laboratory.clock.now() + timedelta(hours=hours_early)
    laboratory.records.update(SYSTEM, "requests", request, {"promised_at": promised.isoformat(), "doctor": "王敏"})
    laboratory.say(request, "received", "carrier")
    laboratory.settle()


@pytest.mark.parametrize(("early", "rewarded"), [(24, True), (30, True), (24 - 1 / 3600, False)])
def test_a_reward_includes_the_limit(laboratory: Laboratory, early: float, rewarded: bool) -> None:
    deliver(laboratory, laboratory.request(), early)
    assert bool(laboratory.alerts()) is rewarded
    assert [row["points"] for row in laboratory.rows("points")] == ([10] if rewarded else [])


def test_a_reward_ends_by_itself_after_a_day(laboratory: Laboratory) -> None:
    deliver(laboratory, laboratory.request(), 48)
    laboratory.move(hours=23)
    assert [rule for rule, _ in laboratory.alerts()] == ["early"]
    laboratory.move(hours=1)
    assert "early" not in [rule for rule, _ in laboratory.alerts()]
    assert reasons(laboratory, "early") == ["expired"]


def test_a_correction_takes_the_reward_back_by_a_negative_row(laboratory: Laboratory) -> None:
    request = laboratory.request()
    deliver(laboratory, request, 48)
    laboratory.move(hours=1)
    promised = (laboratory.clock.now() - timedelta(hours=2)).isoformat()
    laboratory.records.update(SYSTEM, "requests", request, {"promised_at": promised})
    laboratory.settle()
    assert sorted(int(row["points"]) for row in laboratory.rows("points")) == [-10, 10]
    assert reasons(laboratory, "early") == ["withdrawn"]


@pytest.mark.parametrize("hidden", [False, True])
def test_who_may_not_see_a_promise_is_told_no_time_that_follows_from_it(laboratory: Laboratory, hidden: bool) -> None:
    roles = laboratory.files["tables/roles.yaml"]
    if hidden:
        laboratory.publish(roles=roles.replace("主任, tables: {requests: {see: all}}", "主任, tables: {requests: {see: all, hide: [promised_at]}}"))
    deliver(laboratory, laboratory.request(), 48)
    overdue(laboratory, 10, 1)
    laboratory.move(minutes=12)
    (early,), (late,) = [text for via, _, text in laboratory.sent() if via == "popup"], texts(laboratory)
    assert ("提前 2天" in early, "已超过时限" in late) == (not hidden, not hidden)
    for role, told in (("head", not hidden), ("nurse", True)):
        alerts, _ = laboratory.wall.page(person(role), Wanted())
        assert {alert["rule"]: "due_at" in alert for alert in alerts} == {"early": told, "overdue": told}
        assert all("opened_at" in alert for alert in alerts)


# downtime


def test_after_downtime_each_clock_fires_once_oldest_first(laboratory: Laboratory) -> None:
    first = special(laboratory)
    laboratory.clock.advance(timedelta(minutes=10))
    second = special(laboratory)
    laboratory.clock.advance(timedelta(days=3))
    for _ in range(3):
        laboratory.settle()
    late = [record for rule, record in laboratory.alerts() if rule == LATE]
    assert late == [first, second]


# silent sources


def test_a_word_of_a_silent_source_ends_the_alert_about_it(laboratory: Laboratory) -> None:
    laboratory.publish(alerts=laboratory.files["tables/alerts.yaml"].replace("    enabled: false\n", ""))
    request = laboratory.request()
    laboratory.move(hours=1)
    laboratory.say(request, "drawn", "lab")
    laboratory.move(hours=73)
    assert "dead_line" in [rule for rule, _ in laboratory.alerts()]
    laboratory.say(request, "billed", "lab")
    assert "dead_line" not in [rule for rule, _ in laboratory.alerts()]


@pytest.mark.parametrize(("hours_ago", "ends"), [(80, False), (1, True)])
def test_imported_words_of_a_silent_source_end_its_alert_when_they_are_new(
    laboratory: Laboratory, hours_ago: int, ends: bool
) -> None:
    laboratory.publish(alerts=laboratory.files["tables/alerts.yaml"].replace("    enabled: false\n", ""))
    request = laboratory.request()
    laboratory.move(hours=1)
    laboratory.move(hours=73)
    assert "dead_line" in [rule for rule, _ in laboratory.alerts()]
    heard_at = laboratory.clock.now() - timedelta(hours=hours_ago)
    laboratory.flow.take_in([Told(request, "drawn", heard_at, "lab", heard_at)])
    assert ("dead_line" not in [rule for rule, _ in laboratory.alerts()]) is ends


# published rules


def silenced(text: str) -> str:
    return text.replace("longer_than: 2h", "longer_than: 10h")


CHANGES: list[tuple[Callable[[str], str], int]] = [(silenced, 0), (lambda text: text, 1)]


@pytest.mark.parametrize(("change", "left"), CHANGES)
def test_a_published_rule_makes_alerts_untrue(laboratory: Laboratory, change: Callable[[str], str], left: int) -> None:
    special(laboratory)
    laboratory.move(hours=3)
    laboratory.publish(alerts=change(laboratory.files["tables/alerts.yaml"]))
    assert len(laboratory.alerts()) == left
    assert len(reasons(laboratory, LATE)) == 1 - left
