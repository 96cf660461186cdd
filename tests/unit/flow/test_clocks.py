"""Clocks: which run on a record, when they strike, and what becomes of the episodes they had."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from mailuo.base.moments import micros
from mailuo.flow.episode import Because, Episode, Opened, Plan, Run, Set, Wanted, reconcile
from mailuo.flow.past import Pause
from mailuo.flow.running_out import INSTANT, WALL, too_late
from mailuo.flow.state import Timeline
from mailuo.flow.timeline import Ruling
from mailuo.flow.watch import HELD, Facts, Watch, watched
from mailuo.metadata.model import AlertCondition, FromTo, NoNewsFrom, RestingAt, WaitingFor
from tests.unit.flow.sketch import BIRTH, hour, timeline

TWO_HOURS = timedelta(hours=2)

STRIKES: list[tuple[Sequence[tuple[float | None, float | None]], float | None]] = [
    ([], 2),
    ([(1, 3)], 4),
    ([(None, 1)], 3),  # paused from the beginning
    ([(0.5, 1), (1.5, 2.5)], 3.5),
    ([(1, None)], None),  # still paused
    ([(5, 6)], 2),  # it had struck before
    ([(2, 3)], 3),  # exactly two hours are not more than two hours
]


@pytest.mark.parametrize(("pauses", "expected"), STRIKES)
def test_a_clock_strikes_one_instant_after_its_limit_without_its_pauses(
    pauses: Sequence[tuple[float | None, float | None]], expected: float | None
) -> None:
    def moment(number: float | None) -> datetime | None:
        return None if number is None else hour(number)

    stretches = [Pause(moment(start), moment(end)) for start, end in pauses]
    strikes = too_late(BIRTH, TWO_HOURS, WALL, stretches)
    assert strikes == (None if expected is None else hour(expected) + INSTANT)


def facts(words: list[str], heard: dict[tuple[str, str], datetime] | None = None, **more: object) -> Facts:
    """What rules see of a record of which this was said."""
    line: Timeline = timeline(words, **more)  # type: ignore[arg-type]
    return Facts(line, BIRTH, lambda formula: None, heard or {})


PACKED = ["paid 1 desk", "confirmed 2 desk", "boards 3 desk", "fittings 4 desk", "packed 5 desk"]
LIMIT = timedelta(hours=24)
WATCHES: list[tuple[AlertCondition, list[str], Watch | None]] = [
    (WaitingFor("confirmed", LIMIT), ["paid 1 desk"], Watch(hour(1), LIMIT)),
    (WaitingFor("confirmed", LIMIT), [], None),
    (WaitingFor("confirmed", LIMIT), ["paid 1 desk", "confirmed 2 desk"], None),
    (WaitingFor("confirmed", LIMIT), ["boards 3 lab"], None),  # inferred ends it
    (WaitingFor("fittings", LIMIT), ["boards 3 lab"], None),  # and starts nothing
    (FromTo("confirmed", "boards", LIMIT), ["confirmed 2 desk"], Watch(hour(2), LIMIT)),
    (FromTo("confirmed", "boards", LIMIT), ["confirmed 2 desk", "boards 3 desk"], None),
    (FromTo("confirmed", "boards", LIMIT), ["confirmed 2 desk", "fittings 3 role:x"], Watch(hour(2), LIMIT)),
    (FromTo("confirmed", "boards", LIMIT), ["packed 5 lab", "confirmed 2 desk"], None),
    (FromTo("confirmed", "boards", LIMIT), ["confirmed 2 desk", "cancelled 3 desk"], None),
    (RestingAt("packed", LIMIT), PACKED, Watch(hour(5), LIMIT)),
    (RestingAt("boards", LIMIT), PACKED, None),
    (NoNewsFrom("carrier", "record", LIMIT, "packed", "signed"), PACKED, Watch(hour(5), LIMIT)),
    (NoNewsFrom("carrier", "record", LIMIT, "packed", "signed"), ["paid 1 desk"], None),
    (NoNewsFrom("carrier", "record", LIMIT), [], Watch(BIRTH, LIMIT)),
]


@pytest.mark.parametrize(("condition", "words", "expected"), WATCHES)
def test_what_a_condition_wants_to_run(condition: AlertCondition, words: list[str], expected: Watch | None) -> None:
    assert watched(condition, facts(words)) == expected


def test_news_of_the_source_starts_its_clock_anew() -> None:
    condition = NoNewsFrom("carrier", "record", LIMIT, "packed", "signed")
    assert watched(condition, facts(PACKED, {("", "carrier"): hour(9)})) == Watch(hour(9), LIMIT)
    assert watched(condition, facts(PACKED, {("", "lab"): hour(9)})) == Watch(hour(5), LIMIT)


def test_one_silent_part_of_several_makes_the_order_silent() -> None:
    condition = NoNewsFrom("carrier", "record", LIMIT, "packed", "signed")
    heard = {("a", "carrier"): hour(30), ("b", "carrier"): hour(9)}
    assert watched(condition, facts(PACKED, heard, parts="a b")) == Watch(hour(9), LIMIT)
    arrived = [*PACKED, "signed/b 12 carrier"]
    assert watched(condition, facts(arrived, heard, parts="a b")) == Watch(hour(30), LIMIT)


def test_a_part_that_has_set_out_is_missed_though_others_wait() -> None:
    condition = NoNewsFrom("carrier", "record", LIMIT, "shipped", "signed")
    words = [*PACKED, "shipped/a 6 carrier"]
    assert watched(condition, facts(words, {}, parts="a b")) == Watch(hour(6), LIMIT)
    assert watched(condition, facts([*words, "signed/a 9 carrier"], {}, parts="a b")) is None


def test_clocks_that_start_or_end_at_a_disputed_node_hold() -> None:
    disputed = facts(["paid 1 desk"], rulings={("", "confirmed"): Ruling(None, disputed=True)})
    assert watched(WaitingFor("confirmed", LIMIT), disputed) is HELD
    assert watched(FromTo("paid", "confirmed", LIMIT), disputed) is HELD
    assert watched(FromTo("confirmed", "boards", LIMIT), disputed) is HELD


def test_a_clock_on_a_status_that_a_dispute_holds_holds_too() -> None:
    disputed = facts(["paid 1 desk"], rulings={("", "confirmed"): Ruling(None, disputed=True)})
    assert watched(RestingAt("paid", LIMIT), disputed) is HELD


# episodes

NOW = hour(10)
START = str(micros(hour(1)))
OPEN, OVER = Opened("a", True), Opened("a", False, "reached")


def planned(
    wanted: Wanted | None, *known: Episode, published: int | None = None, because: Because = Because.REACHED
) -> Plan:
    """What has to be done about the clock of one rule."""
    clocks = {} if wanted is None else {"late": wanted}
    plan = reconcile(clocks, known, NOW, {"late": because}, published)
    return Plan(tuple(plan.clocks), tuple(plan.resolves))


def wanted(start: float, due: float | None) -> Wanted:
    return Wanted(hour(start), None if due is None else hour(due))


def test_a_clock_that_is_wanted_and_unknown_is_begun() -> None:
    assert planned(wanted(1, 12)).clocks == (Set("late", START, Run.PENDING, hour(12), new=True),)


def test_a_clock_that_is_no_longer_wanted_is_stopped() -> None:
    running = Episode("late", START, Run.PENDING, hour(12))
    assert planned(None, running).clocks == (Set("late", START, Run.VOID, hour(12)),)


def test_a_clock_that_runs_as_wanted_is_left_alone() -> None:
    assert planned(wanted(1, 12), Episode("late", START, Run.PENDING, hour(12))) == Plan()


def test_a_paused_clock_is_held_and_runs_on() -> None:
    running = Episode("late", START, Run.PENDING, hour(12))
    held = planned(wanted(1, None), running)
    assert held.clocks == (Set("late", START, Run.HELD, hour(12)),)
    again = planned(wanted(1, 15), running._replace(run=Run.HELD))
    assert again.clocks == (Set("late", START, Run.PENDING, hour(15)),)


def test_an_open_alert_is_ended_when_its_clock_is_no_longer_wanted() -> None:
    plan = planned(None, Episode("late", START, Run.FIRED, hour(3), OPEN))
    assert [(each.alert, each.because) for each in plan.resolves] == [("a", Because.REACHED)]


def test_an_open_alert_stays_while_it_is_true() -> None:
    assert planned(wanted(1, 3), Episode("late", START, Run.FIRED, hour(3), OPEN)) == Plan()


def test_an_episode_opens_at_most_once() -> None:
    over = Episode("late", START, Run.FIRED, hour(3), OVER)
    assert planned(wanted(1, 3), over) == Plan()
    assert planned(wanted(2, 4), over).clocks == (Set("late", str(micros(hour(2))), Run.PENDING, hour(4), new=True),)


def test_a_running_clock_whose_start_is_corrected_is_the_episode_of_that_start() -> None:
    running, second = Episode("late", START, Run.PENDING, hour(12)), str(micros(hour(2)))
    moved = planned(wanted(2, 13), running)
    assert moved.clocks == (Set("late", second, Run.PENDING, hour(13), was=START),)
    opened = Episode("late", second, Run.FIRED, hour(3), OPEN)
    assert planned(wanted(1, 12), opened).clocks == (Set("late", START, Run.PENDING, hour(12), new=True),)
    over = opened._replace(alert=OVER)
    assert planned(wanted(2, 3), running, over).clocks == (Set("late", START, Run.VOID, hour(12)),)


def test_a_published_rule_lets_it_open_anew_once() -> None:
    over = Episode("late", START, Run.FIRED, hour(3), OVER)
    plan = planned(wanted(1, 3), over, published=7)
    assert plan.clocks == (Set("late", f"{START}.7", Run.PENDING, hour(3), new=True),)
    assert planned(wanted(1, 3), over, Episode("late", f"{START}.7", Run.FIRED, hour(3)), published=7) == Plan()


def test_a_reward_whose_time_has_passed_is_taken_back_once_when_it_turns_out_never_to_have_been_true() -> None:
    rewarded = Episode("late", START, Run.FIRED, hour(3), Opened("a", False, "expired"))
    plan = planned(None, rewarded, because=Because.WITHDRAWN)
    assert [(each.alert, each.because) for each in plan.resolves] == [("a", Because.WITHDRAWN)]
    assert planned(None, rewarded, because=Because.RULE) == Plan()
    taken_back = rewarded._replace(alert=Opened("a", False, "withdrawn"))
    assert planned(None, taken_back, because=Because.WITHDRAWN) == Plan()


def test_a_reward_is_given_once_however_its_start_is_corrected() -> None:
    rewarded = Episode("late", START, Run.FIRED, hour(3), Opened("a", False, "expired"))
    assert planned(Wanted(hour(2), hour(2), once=True), rewarded) == Plan()
    withdrawn = rewarded._replace(alert=Opened("a", False, "withdrawn"))
    assert planned(Wanted(hour(2), hour(2), once=True), withdrawn).clocks
