"""Rules that somebody edits while their records live: what was made, asked and done before is known by what it is."""

from typing import Any

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.automations.conftest import Garage, person

# --- what was made ----------------------------------------------------------------------------------------------


def recipe(*steps: str) -> str:
    """A rule of these steps that a car's tags start again and again."""
    return "automations:\n  again:\n    on: {updated: cars, fields: [tags]}\n    do:\n" + "".join(f"      - {step}\n" for step in steps)


def work(fault: str, spec: str, match: str = "car, fault") -> str:
    """A step that makes a work of a car, and finds it again."""
    return f'create: {{table: works, match: [{match}], set: {{car: "{{car_no}}", fault: {fault}, spec: "{spec} {{count}}"}}}}'


def works_of(garage: Garage) -> list[tuple[str, str, str]]:
    """What was made, in order: for which fault, what is to be done, its state."""
    return [(row["fault"], row["spec"], row["state"]) for row in sorted(garage.rows("works"), key=lambda row: row["work_no"])]


FIRST = ('if: "{count} > 100"\n        do: [{stop: enough}]', work("轮胎", "先"))


@pytest.mark.parametrize("first", FIRST)
def test_a_recipe_finds_what_it_made_wherever_its_steps_stand_now(garage: Garage, first: str) -> None:
    steps = work("刹车", "拆"), work("灯", "换")
    garage.publish(automations=recipe(*steps))
    car = garage.car(count=1)
    garage.change(car, tags=["a"])
    assert works_of(garage) == [("刹车", "拆 1", "new"), ("灯", "换 1", "new")]
    garage.publish(automations=recipe(first, *steps))
    garage.change(car, tags=["b"], count=2)
    assert works_of(garage)[:2] == [("刹车", "拆 2", "new"), ("灯", "换 2", "new")]
    assert works_of(garage)[2:] == ([("轮胎", "先 2", "new")] if first == FIRST[1] else [])
    garage.publish(automations=recipe(f'for_each: {{of: cars, where: "TRUE"}}\n        do:\n          - {steps[1]}', work("灯", "另", "car")))
    garage.change(car, tags=["c"], count=3)
    assert {state for fault, _, state in works_of(garage) if fault == "轮胎"} <= {"void"}
    assert [row for row in works_of(garage) if row[0] != "轮胎"] == [("灯", "另 3", "new"), ("灯", "换 3", "new")]


def test_two_steps_that_match_by_the_same_values_keep_a_row_each(garage: Garage) -> None:
    steps = work("灯", "左"), work("灯", "右")
    garage.publish(automations=recipe(*steps))
    car = garage.car(count=1)
    for count in (1, 2):
        garage.change(car, tags=[str(count)], count=count)
        assert works_of(garage) == [("灯", f"左 {count}", "new"), ("灯", f"右 {count}", "new")]
    garage.publish(automations=recipe('set: {note: "x"}', *reversed(steps)))
    garage.change(car, tags=["x"], count=3)
    assert works_of(garage) == [("灯", "左 3", "new"), ("灯", "右 3", "new")]
    garage.publish(automations=recipe(work("灯", "新"), steps[1]))
    garage.change(car, tags=["y"], count=4)
    assert works_of(garage) == [("灯", "新 4", "new"), ("灯", "右 4", "new")]
    garage.publish(automations=recipe(steps[1]))
    garage.change(car, tags=["z"], count=5)
    assert works_of(garage) == [("灯", "新 4", "void"), ("灯", "右 5", "new")]


def test_rows_are_left_alone_where_the_rule_makes_none_of_their_table_any_more(garage: Garage) -> None:
    fault = 'create: {table: faults, match: [car], set: {car: "{car_no}", what: "{count}"}}'
    garage.publish(automations=recipe(work("灯", "换"), fault))
    car = garage.car(count=1)
    garage.change(car, tags=["a"])
    garage.publish(automations=recipe(fault))
    garage.change(car, tags=["b"], count=2)
    assert (works_of(garage), [row["what"] for row in garage.rows("faults")]) == ([("灯", "换 1", "new")], ["2"])


def test_what_an_older_program_made_is_found_again(garage: Garage) -> None:
    garage.publish(automations=recipe(work("灯", "左"), work("灯", "右")))
    car = garage.car(count=1)
    garage.change(car, tags=["a"])
    garage.store.write(lambda connection: connection.execute(system.made.update().values(deed=None)).close())
    garage.change(car, tags=["b"], count=2)
    assert works_of(garage) == [("灯", "左 2", "new"), ("灯", "右 2", "new")]


# --- lines on Home ----------------------------------------------------------------------------------------------

HELLO = 'todo: {role: boss, text: hello, until: "{count} > 0"}'
RISK = 'todo: {role: boss, text: risk, until: "{count} > 100"}'


def lines(garage: Garage) -> list[str]:
    """What the boss is asked to do."""
    garage.engine.todos.end_by_themselves(garage.clock.now())
    return [line["text"] for line in garage.engine.todos.open(person("boss"))]


@pytest.mark.parametrize("steps", [(HELLO, RISK), (HELLO,), ('set: {note: "x"}',)])
def test_a_line_on_home_ends_by_the_condition_that_it_was_given(garage: Garage, steps: tuple[str, ...]) -> None:
    garage.publish(automations=recipe(RISK))
    car = garage.car(count=1)
    garage.change(car, tags=["a"])
    garage.publish(automations=recipe(*steps))
    assert lines(garage) == ["risk"]
    garage.records.update(SYSTEM, "cars", car, {"count": 101})
    assert garage.engine.todos.open(person("boss")) == []


def test_a_line_on_home_that_ends_by_hand_alone_is_not_ended_by_a_step_put_in_its_place(garage: Garage) -> None:
    garage.publish(automations=recipe("todo: {role: boss, text: look}"))
    garage.change(garage.car(count=1), tags=["a"])
    garage.publish(automations=recipe(HELLO))
    assert lines(garage) == ["look"]


def test_a_line_on_home_keeps_its_condition_when_its_names_change(garage: Garage) -> None:
    garage.publish(automations=recipe(RISK))
    car = garage.car(count=1)
    garage.change(car, tags=["a"])
    cars = garage.files["tables/cars.yaml"].replace("  count: {", "  times: {was: count, ")
    garage.files = {**garage.files, "tables/cars.yaml": cars}
    garage.publish(automations=recipe(*(step.replace("count", "times") for step in (HELLO, RISK))))
    assert lines(garage) == ["risk"]
    garage.records.update(SYSTEM, "cars", car, {"times": 101})
    assert lines(garage) == []


def test_a_line_on_home_of_an_older_program_ends_by_the_step_at_its_place(garage: Garage) -> None:
    garage.publish(automations=recipe(RISK))
    car = garage.car(count=1)
    garage.change(car, tags=["a"])
    garage.store.write(lambda connection: connection.execute(system.todo.update().values(until=None)).close())
    assert lines(garage) == ["risk"]
    garage.change(car, count=101)
    assert lines(garage) == []


def test_a_condition_that_is_not_of_the_record_hinders_no_other(garage: Garage) -> None:
    each = 'for_each: "{faults}"\n        do: [{todo: {role: boss, text: each, until: "{item.hours} > 0"}}]'
    garage.publish(automations=recipe(RISK, each))
    car = garage.car(count=1)
    garage.fault(car, "灯")
    garage.change(car, tags=["a"])
    assert lines(garage) == ["risk", "each"]
    garage.change(car, count=101)
    assert lines(garage) == ["each"]


# --- what was done ----------------------------------------------------------------------------------------------

DONE, FAILING = work("灯", "做"), 'create: {table: works, set: {car: nowhere, fault: 败}}'
MENDED = 'create: {table: works, set: {car: "{car_no}", fault: 成}}'
LOOP = 'for_each: {of: cars, where: "TRUE"}\n        do:\n          - '
IF = 'if: "{count} > 0"\n        do:\n          - '


def failed(garage: Garage, *steps: str) -> dict[str, Any]:
    """The run of a rule of which one step failed."""
    garage.publish(automations=recipe(*steps))
    garage.change(garage.car(count=1), tags=["a"])
    (run,) = garage.runs()
    assert run["state"] == "failed"
    return run


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ((DONE, FAILING), (MENDED, DONE)),
        ((DONE, FAILING), (MENDED,)),
        ((DONE, FAILING), (DONE.replace("做", "另"), MENDED)),
        ((DONE, MENDED, FAILING), (DONE,)),
        ((LOOP + DONE, FAILING), (LOOP + MENDED + f"\n          - {DONE}", MENDED)),
        ((LOOP + DONE, FAILING), (LOOP.replace("TRUE", "{count} > 0") + DONE, MENDED)),
        ((IF + DONE, FAILING), (DONE, MENDED)),
    ],
)
def test_a_run_is_not_replayed_as_the_rule_is_now_where_a_step_that_is_done_is_another(
    garage: Garage, then: tuple[str, ...], now: tuple[str, ...]
) -> None:
    run = failed(garage, *then)
    made = works_of(garage)
    garage.publish(automations=recipe(*now))
    with pytest.raises(Refusal) as refused:
        garage.log.replay(SYSTEM, run["id"])
    assert refused.value.code == "conflict"
    assert ["2" in refused.value.problems[0].text(language) for language in ("zh", "en")] == [True, True]
    garage.engine.settle()
    assert (garage.states(), works_of(garage)) == ([("again", "failed")], made)
    garage.log.replay(SYSTEM, run["id"], "then")
    garage.engine.settle()
    assert (garage.states(), works_of(garage)) == ([("again", "failed")], made)


@pytest.mark.parametrize(
    ("then", "now", "more"),
    [
        ((DONE, FAILING), (DONE, MENDED), ["成"]),
        ((DONE, FAILING), (DONE, work("轮胎", "先"), MENDED), ["轮胎", "成"]),
        ((DONE, FAILING), (f"{DONE}\n        on_error: skip", 'if: "{count} > 0"\n        do: [{' + MENDED + "}]"), ["成"]),
        ((LOOP + DONE, FAILING), (LOOP + DONE + f"\n          - {MENDED}",), ["成"]),
        ((f"{FAILING}\n        on_error: skip", FAILING), (MENDED, DONE), ["成", "灯"]),
    ],
)
def test_a_run_is_replayed_as_the_rule_is_now_where_what_is_done_stands_as_it_stood(
    garage: Garage, then: tuple[str, ...], now: tuple[str, ...], more: list[str]
) -> None:
    run = failed(garage, *then)
    before = [fault for fault, _, _ in works_of(garage)]
    garage.publish(automations=recipe(*now))
    garage.log.replay(SYSTEM, run["id"])
    garage.engine.settle()
    assert (garage.states(), [fault for fault, _, _ in works_of(garage)]) == ([("again", "done")], [*before, *more])


def test_a_run_that_is_replayed_voids_nothing_that_a_later_one_made(garage: Garage) -> None:
    broken = 'if: "{count} = 1"\n        do: [{' + FAILING + "}]"
    run = failed(garage, DONE, broken)
    garage.change(str(run["record"]), tags=["b"], count=2)
    garage.publish(automations=recipe(DONE, broken.replace("nowhere", '"{car_no}"')))
    garage.log.replay(SYSTEM, run["id"])
    garage.engine.settle()
    assert (garage.states(), works_of(garage)[0]) == ([("again", "done")] * 2, ("灯", "做 2", "new"))
    garage.publish(automations=recipe(work("轮胎", "先")))
    garage.change(str(run["record"]), tags=["c"])
    assert works_of(garage)[0] == ("灯", "做 2", "void")
