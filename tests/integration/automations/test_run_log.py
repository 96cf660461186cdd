"""Rules tried on a record, and the log of their runs: to each what they may see; on either store."""

from collections.abc import Sequence
from typing import Any

import pytest

from mailuo.automations.run_log import Sought
from mailuo.records.actor import SYSTEM
from mailuo.records.messages import NoSuchThing
from tests.integration.automations.conftest import Garage, person

STRICT = """
roles:
  boss: {title: 老板, tables: {cars: {see: all}, works: {see: "{fault} = '轮胎'"}}}
  clerk: {title: 前台, tables: {cars: {see: all}, works: {see: "{fault} = '刹车'", hide: [spec]}}}
  mechanic: {title: 技师, tables: {cars: {see: all}, works: {see: "{state} = 'done'"}}}
"""
TOUCHED = """
automations:
  touched:
    on: {updated: cars, fields: [note]}
    do: [{update: {table: works, where: "{car} = {record.car_no}", set: {spec: "{record.note}"}}}]
"""
WHO = [("admin",), ("boss",), ("clerk",), ("boss", "clerk"), ("mechanic",)]


@pytest.fixture
def strict(garage: Garage) -> tuple[Garage, str]:
    """A car with two works, of which each role sees one, or none, in its own way; and a rule that changes both."""
    garage.files = {**garage.files, "tables/roles.yaml": STRICT}
    garage.publish(automations=TOUCHED)
    car = garage.car()
    for fault in ("刹车", "轮胎"):
        garage.records.create(SYSTEM, "works", {"car": car, "fault": fault, "spec": "旧", "state": "new"})
    return garage, car


def changed(steps: Sequence[Any]) -> list[tuple[str, dict[str, Any]]]:
    """The rows that steps tell of, with what changed in each."""
    return [(row["record"], row["changes"]) for step in steps for row in step["outcome"].get("rows", ())]


def test_a_trial_says_what_would_happen_and_leaves_nothing(garage: Garage) -> None:
    car = garage.car()
    garage.fault(car, "刹车")
    told = garage.log.try_out(SYSTEM, "recipe", car)
    assert (told["condition"], told["state"]) == (True, "done")
    assert [(step["place"], step["action"]) for step in told["steps"]] == [
        ("do.0", "count"), ("do.1", "for_each"), ("do.1.do.0@0", "create"), ("do.2", "if"), ("do.2.else.0", "set"),
    ]  # fmt: skip
    assert (garage.rows("works"), garage.states(), garage.of(car)["count"]) == ([], [], None)


def test_the_log_shows_a_run_only_to_who_sees_its_record_and_only_what_they_may_see(garage: Garage) -> None:
    car = garage.car()
    garage.change(car, owner="王")
    shown, _ = garage.log.page(person("clerk"), Sought())
    assert shown == []
    (run,) = garage.log.page(person("mechanic"), Sought())[0]
    assert run["steps"][0]["inputs"] == {}
    assert run["steps"][0]["outcome"]["rows"][0]["changes"] == {"note": {"from": None, "to": "交给 王"}}


def test_a_run_of_a_record_that_is_not_the_actors_to_see_is_not_replayed(garage: Garage) -> None:
    car = garage.car()
    garage.change(car, plate="nobody")
    garage.move(hours=1)
    (run,) = garage.runs("stubborn")
    with pytest.raises(NoSuchThing):
        garage.log.replay(person("clerk"), run["id"])
    assert garage.states() == [("stubborn", "failed")]
    garage.change(car, urgent=True)
    assert garage.log.replay(person("clerk"), run["id"])["state"] == "waiting"


def test_the_log_shows_what_became_of_rows_that_the_actor_sees_and_nothing_of_others(strict: tuple[Garage, str]) -> None:
    garage, car = strict
    garage.change(car, note="新")
    told = {"spec": {"from": "旧", "to": "新"}}
    shown = {roles: changed(garage.log.page(person(*roles), Sought())[0][0]["steps"]) for roles in WHO}
    assert shown == {
        ("admin",): [(f"{car}-01", told), (f"{car}-02", told)], ("boss",): [(f"{car}-02", told)], ("clerk",): [(f"{car}-01", {})],
        ("boss", "clerk"): [(f"{car}-01", {}), (f"{car}-02", told)], ("mechanic",): [],
    }  # fmt: skip


def test_a_trial_shows_to_each_what_the_log_would_and_of_rows_as_they_are(strict: tuple[Garage, str]) -> None:
    garage, car = strict
    steps = """
      - call: {connector: dealer, operation: order, with: {plate: "{plate} {cost}"}}
      - todo: {role: boss, text: "{plate} {cost}"}
      - create: {table: works, set: {car: "{car_no}", fault: 刹车, spec: "{plate}"}}
      - update: {table: works, where: "{car} = {record.car_no}", set: {spec: 新, fault: 轮胎}}
"""
    dealer = "connector: dealer\nbase_url: https://dealer.example\noperations: {order: {request: {method: POST, path: /, json: {plate: '{plate}'}}}}\n"
    garage.publish(automations=f"automations:\n  tried:\n    on: {{updated: cars}}\n    do:{steps}", **{"connectors/dealer": dealer})
    told = {roles: garage.log.try_out(person(*roles), "tried", car) for roles in WHO}
    assert {each["state"] for each in told.values()} == {"done"}
    assert [bool(step["inputs"]) for step in told[("admin",)]["steps"]] == [True] * 4
    others = {roles: each["steps"] for roles, each in told.items() if roles != ("admin",)}
    assert all(step["inputs"] == {} and set(step["outcome"]) <= {"rows"} for steps in others.values() for step in steps)
    assert {roles: changed(steps) for roles, steps in others.items()} == {
        ("boss",): [(f"{car}-03", {}), (f"{car}-02", {"spec": {"from": "旧", "to": "新"}})], ("clerk",): [],
        ("boss", "clerk"): [
            (f"{car}-03", {}), (f"{car}-01", {"fault": {"from": "刹车", "to": "轮胎"}}), (f"{car}-02", {"spec": {"from": "旧", "to": "新"}}),
        ],
        ("mechanic",): [],
    }  # fmt: skip


def test_a_rule_that_failed_or_was_silent_is_shown_without_opening_it(garage: Garage) -> None:
    car = garage.car()
    garage.change(car, plate="nobody")
    garage.move(hours=1)
    rules = {rule["id"]: rule for rule in garage.log.rules(SYSTEM)}
    assert (rules["stubborn"]["failed"], rules["stubborn"]["silent"]) == (1, False)
    assert (rules["born"]["silent"], rules["ping"]["silent"]) == (True, False)
