"""Rules: what starts them, what they do, and what they do not do twice; on either store."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from mailuo.base.problems import Problem
from mailuo.records.actor import SYSTEM
from mailuo.records.entry import Entry
from mailuo.records.writing import Writing
from mailuo.storage import system
from tests.integration.automations.conftest import Garage, person

# --- triggers ---------------------------------------------------------------------------------------------------


def test_a_new_record_starts_a_rule_only_where_its_condition_holds(garage: Garage) -> None:
    calm, urgent = garage.car("A1"), garage.car("B2", urgent=True, tags=["旧"])
    assert garage.states() == [("born", "done")]
    assert garage.of(calm)["note"] is None
    assert (garage.of(urgent)["note"], garage.of(urgent)["tags"]) == ("加急 B2", ["旧", "加急"])


def test_a_change_starts_rules_for_its_fields_each_time(garage: Garage) -> None:
    car = garage.car()
    garage.change(car, tags=["x"])
    assert garage.states() == []
    garage.change(car, owner="王")
    garage.change(car, owner="李")
    assert garage.states() == [("changed", "done")] * 2
    assert garage.of(car)["note"] == "交给 李"


def test_quiet_changes_start_nothing_and_write_nothing_down(garage: Garage) -> None:
    car = garage.records.create(SYSTEM, "cars", {"plate": "A1", "urgent": True}, quiet=True)["car_no"]
    garage.records.update(SYSTEM, "cars", str(car), {"owner": "王"}, quiet=True)
    garage.engine.settle()
    with garage.store.read() as connection:
        kinds = set(connection.scalars(select(system.outbox.c.kind)))
    assert (garage.states(), {kind for kind in kinds if kind.startswith("record")}) == ([], set())


def test_many_records_at_once_start_a_rule_for_each(garage: Garage) -> None:
    garage.records.create_many(SYSTEM, "cars", [{"plate": f"P{number}", "urgent": True} for number in range(30)])
    garage.engine.settle()
    assert garage.states() == [("born", "done")] * 30
    assert sorted(car["note"] for car in garage.rows("cars"))[:2] == ["加急 P0", "加急 P1"]


def test_a_record_that_is_deleted_can_still_be_read_by_the_rule(garage: Garage) -> None:
    car = garage.car()
    made = garage.records.create(SYSTEM, "works", {"car": car})
    garage.records.delete(SYSTEM, "works", str(made["work_no"]))
    garage.records.delete(SYSTEM, "cars", car)
    garage.engine.settle()
    assert garage.states() == [("deleted", "done")]


def test_a_node_starts_a_rule_once_for_ever(garage: Garage) -> None:
    car = garage.car()
    garage.fault(car, "刹车")
    garage.say(car, "checked", "automation")
    nodes: Any = garage.flow.timeline(SYSTEM, "cars", car)["nodes"]
    claim = next(node for node in nodes if node["id"] == "checked")["claims"][0]["id"]
    garage.flow.retract(SYSTEM, "cars", car, claim)
    garage.move(minutes=5)
    garage.say(car, "checked", "automation")
    assert garage.states() == [("recipe", "done")]


def test_an_exit_starts_a_rule(garage: Garage) -> None:
    car = garage.car()
    garage.say(car, "gone")
    assert (garage.states(), garage.of(car)["note"]) == ([("leaves", "done")], "开走了")


def test_an_alert_starts_rules_and_does_what_it_says_itself(garage: Garage) -> None:
    car = garage.car()
    garage.say(car, "arrived")
    garage.say(car, "checked", "automation")
    garage.move(hours=3)
    assert garage.states()[1:] == [("slow.then", "done"), ("late", "done")]
    assert [(work["car"], work["spec"]) for work in garage.rows("works")] == [(car, "催一下")]
    garage.say(car, "repaired")
    assert (garage.states()[3:], garage.of(car)["note"]) == ([("calm", "done")], "好了")


def test_a_schedule_that_was_missed_begins_once(garage: Garage) -> None:
    car = garage.car()
    garage.move(days=1)
    assert garage.of(car)["count"] == 1
    garage.clock.set(garage.clock.now().replace(day=25))  # nothing ran for nine days
    garage.settle()
    assert garage.of(car)["count"] == 2
    assert garage.states() == [("nightly", "done")] * 2


def test_a_button_is_for_its_roles_and_says_when_it_does_not_apply(garage: Garage) -> None:
    car = garage.car()
    garage.fault(car, "轮胎")
    assert [each.button for each in garage.log.buttons(person("mechanic"), "cars")] == ["recipe"]
    assert garage.log.buttons(person("boss"), "cars") == []
    pressed = garage.log.press(person("mechanic"), "cars", car, "recipe")
    garage.engine.settle()
    assert (pressed["state"], len(garage.rows("works"))) == ("waiting", 1)
    assert garage.runs()[0]["actor"] == "mechanic"
    garage.say(car, "gone")
    late = garage.log.press(person("mechanic"), "cars", car, "recipe")
    assert (late["state"], "不适用" in late["error"]) == ("stopped", True)


# --- what they do -----------------------------------------------------------------------------------------------


def test_messages_say_to_each_only_what_they_may_know(garage: Garage) -> None:
    car = garage.car("B2", urgent=True, cost="99.50", owner="role:boss")
    assert garage.messages() == [
        ("popup", "mechanic", f"{car} B2 成本 ***"),
        ("popup", "boss", f"{car} B2 成本 99.50"),
    ]


def test_money_in_texts_has_all_its_places_and_numbers_have_none_to_spare(garage: Garage) -> None:
    told = '{set: {note: "{cost} / {count}"}}, {todo: {role: boss, text: "{cost}"}}, {notify: {roles: [boss], via: popup, text: "{record.cost}"}}'
    garage.publish(automations=f"automations:\n  priced: {{on: {{created: cars}}, do: [{told}]}}\n")
    car = garage.car(cost="99.5", count=2)
    assert garage.of(car)["note"] == "99.50 / 2"
    assert [line["text"] for line in garage.engine.todos.open(person("boss"))] == ["99.50"]
    assert garage.messages() == [("popup", "boss", "99.50")]


def test_lines_on_home_say_to_each_only_what_they_may_know(garage: Garage) -> None:
    text = 'text: "{car_no} {plate} 成本 {cost}"'
    garage.publish(automations=f"""automations:
  told:
    on: {{created: cars}}
    do: [{{todo: {{role: mechanic, {text}}}}}, {{todo: {{role: boss, {text}}}}}, {{todo: {{user: "{{owner}}", {text}}}}}, {{todo: {{user: "{{note}}", {text}}}}}]
""")
    car = garage.car("B2", cost="99.50", owner="role:mechanic", note="王")
    lines = [(line["role"], line["user"], line["text"]) for line in garage.engine.todos.open(SYSTEM)]
    known = f"{car} B2 成本 "
    assert lines == [("mechanic", None, f"{known}***"), ("boss", None, f"{known}99.50"), ("mechanic", None, f"{known}***"), (None, "王", "*** *** 成本 ***")]


def test_a_line_on_home_ends_itself_or_is_done_by_hand(garage: Garage) -> None:
    first, second = garage.car("A1", urgent=True), garage.car("B2", urgent=True)
    todos = garage.engine.todos
    assert [line["text"] for line in todos.open(person("mechanic"))] == [f"先修 {first}", f"先修 {second}"]
    assert todos.open(person("boss")) == []
    garage.say(first, "repaired")
    (left,) = todos.open(person("mechanic"))
    assert left["record"] == second
    assert todos.done(person("mechanic"), left["id"])["done_by"] == "mechanic"
    assert todos.open(person("mechanic")) == []


def test_a_line_on_home_ends_in_the_transaction_of_the_change_that_it_waits_for(garage: Garage) -> None:
    waits = [
        ("until_node", "NOT(ISBLANK({repaired}))"), ("until_field", "{score} > 3"), ("until_closed", "{closed}"),
        ("until_late", "{alerts_opened} > 0"),
    ]  # fmt: skip
    rules = "".join(f'  {name}: {{on: {{created: cars}}, do: [{{todo: {{role: boss, text: {name}, until: "{formula}"}}}}]}}\n' for name, formula in waits)
    garage.publish(automations=f"automations:\n{rules}")
    car, other = garage.car(), garage.car("B2")

    def left() -> list[str]:
        return [line["text"] for line in garage.engine.todos.open(person("boss")) if line["record"] == car]

    assert left() == [name for name, _ in waits]
    garage.say_only(car, "repaired", "desk")
    assert left() == ["until_field", "until_closed", "until_late"]
    garage.records.update(SYSTEM, "cars", car, {"score": 5})
    assert left() == ["until_closed", "until_late"]
    garage.say_only(car, "gone", "desk")
    assert left() == ["until_late"]
    garage.records.delete(SYSTEM, "cars", other)
    assert len(garage.engine.todos.open(SYSTEM)) == 1


def test_a_recipe_done_again_changes_what_it_made_and_says_how(garage: Garage) -> None:
    car = garage.car()
    brake, tyre = garage.fault(car, "刹车", 2), garage.fault(car, "轮胎", 1)
    garage.say(car, "checked", "automation")
    made = {work["fault"]: work["work_no"] for work in garage.rows("works")}
    assert (sorted(made), garage.of(car)["count"]) == (["刹车", "轮胎"], 2)
    garage.records.update(SYSTEM, "faults", brake, {"hours": 5})
    garage.records.update(SYSTEM, "faults", tyre, {"gone": True})
    garage.log.press(person("mechanic"), "cars", car, "recipe")
    garage.engine.settle()
    works = {work["fault"]: (work["work_no"], work["spec"], work["state"]) for work in garage.rows("works")}
    assert works == {"刹车": (made["刹车"], "刹车 5 小时", "new"), "轮胎": (made["轮胎"], "轮胎 1 小时", "void")}
    steps = {step["place"]: step["outcome"] for step in garage.runs("recipe")[-1]["steps"]}
    assert steps["do.1.do.0@0"]["rows"][0]["changes"] == {"spec": {"from": "刹车 2 小时", "to": "刹车 5 小时"}}
    assert steps["void"]["rows"][0]["changes"] == {"state": {"from": "new", "to": "void"}}
    garage.records.update(SYSTEM, "faults", tyre, {"gone": False})
    garage.log.press(person("mechanic"), "cars", car, "recipe")
    garage.engine.settle()
    assert [work["state"] for work in garage.rows("works")] == ["new", "new"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite nobody writes in the same moment
def test_a_row_that_somebody_makes_in_the_same_moment_is_found_and_changed(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    car, clashes = garage.car("A7"), Writing.clashes

    def late(writing: Writing, entries: Sequence[Entry]) -> list[list[Problem]]:
        if not garage.rows("works"):
            garage.records.create(SYSTEM, "works", {"car": car, "code": "A7"})
        return clashes(writing, entries)

    monkeypatch.setattr(Writing, "clashes", late)
    garage.change(car, score=4)
    assert [(row["code"], row["spec"]) for row in garage.rows("works")] == [("A7", "4 分")]
    assert garage.states()[-1] == ("ordered", "done")


def test_a_form_comes_back_to_its_record_and_a_second_answer_is_refused(garage: Garage) -> None:
    car = garage.car(tags=["老客"])
    garage.say(car, "repaired")
    link = garage.forms.address("praise", garage.of(car)["id"])
    token = link.removeprefix("http://here/f/praise/")
    assert garage.forms.opened("praise", token).about == car
    garage.forms.fill_in("praise", token, {"score": "9", "tags": ["划痕"]})
    garage.engine.settle()
    now = garage.of(car)
    assert (now["score"], now["tags"], now["status"]) == (9, ["老客", "划痕"], "praised")
    assert garage.forms.opened("praise", token).done


# --- what goes wrong --------------------------------------------------------------------------------------------


def test_a_step_that_fails_is_tried_again_and_replayed_from_there(garage: Garage) -> None:
    car = garage.car()
    garage.change(car, plate="nobody")
    (run,) = garage.runs()
    assert [(step["place"], step["state"]) for step in run["steps"]] == [("do.0", "done"), ("do.1", "retrying")]
    garage.move(hours=1)
    (run,) = garage.runs()
    assert (run["state"], [step["attempts"] for step in run["steps"]]) == ("failed", [1, 3])
    other = garage.car("other")
    garage.publish(automations=garage.files["automations/automations.yaml"].replace('car: "{plate}"', f'car: "{other}"'))
    garage.log.replay(SYSTEM, run["id"])
    garage.engine.settle()
    (run,) = garage.runs()
    assert (run["state"], run["error"]) == ("stopped", "到此为止")
    assert sorted((work["car"], work["spec"]) for work in garage.rows("works")) == [(car, "第一步 nobody"), (other, "第二步")]


def test_a_replay_as_it_was_then_takes_the_steps_of_then(garage: Garage) -> None:
    car = garage.car()
    garage.change(car, plate="nobody")
    garage.move(hours=1)
    (run,) = garage.runs()
    garage.publish(automations=garage.files["automations/automations.yaml"].replace('car: "{plate}"', f'car: "{car}"'))
    garage.log.replay(SYSTEM, run["id"], "then")
    garage.move(hours=1)
    assert garage.states() == [("stubborn", "failed")]


def test_a_step_may_be_passed_over(garage: Garage) -> None:
    car = garage.car()
    garage.change(car, cost="5")
    (run,) = garage.runs()
    assert [step["state"] for step in run["steps"]] == ["skipped", "done"]
    assert (run["state"], garage.of(car)["note"]) == ("done", "接着做")


def test_a_rule_that_starts_itself_is_cut_with_a_clear_message(garage: Garage) -> None:
    text = garage.files["automations/automations.yaml"]
    garage.publish(automations=text.replace("  ping:\n    enabled: false\n", "  ping:\n"))
    car = garage.car()
    garage.change(car, count=1)
    runs = garage.runs()
    assert [run["state"] for run in runs] == ["done"] * 3 + ["parked"]
    assert "绕圈" in runs[-1]["error"]
    assert {run["chain"] for run in runs} == {runs[0]["id"]}
    assert [run["depth"] for run in runs] == [0, 1, 2, 3]
    assert garage.of(car)["count"] == 4


def test_a_run_whose_rule_is_gone_is_parked_and_hinders_nothing(garage: Garage) -> None:
    car = garage.records.create(SYSTEM, "cars", {"plate": "A1", "urgent": True})
    garage.engine.relay.run(garage.clock.now())
    with garage.store.read() as connection:
        run = connection.scalar(select(system.run.c.id))
    garage.store.write(
        lambda connection: connection.execute(system.run.update().values(automation="forgotten")).close()
    )
    garage.engine.settle()
    assert garage.log.get(SYSTEM, str(run))["state"] == "parked"
    garage.change(str(car["car_no"]), owner="王")
    assert garage.states()[-1] == ("changed", "done")
