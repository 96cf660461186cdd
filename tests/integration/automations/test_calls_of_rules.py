"""Steps that call out: the run waits for the answer, names it, and goes on, or says why it cannot."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from mailuo.base.reasons import kept
from mailuo.connectors.messages import TIMED_OUT
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from mailuo.storage.engine import Store
from tests.integration.automations.conftest import FILES, Garage, opened

DEALER = """
connector: dealer
title: 配件商
base_url: ${DEALER_URL:-https://dealer.example}
auth: {scheme: plain, key: "${DEALER_KEY:-k}"}
operations:
  order:
    request: {method: POST, path: /orders, json: {plate: "{plate}", hours: "{hours}", urgent: "{urgent}"}}
    result: {number: body.data.number, price: body.data.price}
"""
RULES = """
automations:
  ordered:
    on: {created: cars}
    do:
      - for_each: "{faults}"
        do:
          - call: {connector: dealer, operation: order, with: {plate: "{plate}", hours: "{item.hours}", urgent: true}, as: answer}
          - create: {table: works, set: {car: "{car_no}", fault: "{item.what}", spec: "{answer.number} {answer.price}"}}
      - set: {note: 都订了}
  asked:
    on: {updated: cars, fields: [owner]}
    do:
      - call: {connector: dealer, operation: order, with: {plate: "{plate}"}, as: answer}
        on_error: skip
      - set: {note: "单号 {answer.number}"}
"""


@pytest.fixture
def garage(store: Store) -> Iterator[Garage]:
    """The garage with a dealer of parts, who answers when the test says so."""
    made = opened(store, {**FILES, "automations/automations.yaml": RULES, "automations/connectors/dealer.yaml": DEALER})
    yield made
    made.engine.close()


def car_with_faults(garage: Garage) -> str:
    """The number of a car whose two faults were there before the rule looked."""
    car = str(garage.records.create(SYSTEM, "cars", {"plate": "A1"})["car_no"])
    garage.fault(car, "刹车", 2)
    garage.fault(car, "轮胎", 1)
    garage.engine.settle()
    return car


def calls(garage: Garage) -> list[tuple[dict[str, object], str]]:
    """What was asked for, and how each call stands."""
    with garage.store.read() as connection:
        rows = connection.execute(select(system.call).order_by(system.call.c.id)).all()
    return [(row.values, row.state) for row in rows]


def test_a_run_waits_for_each_answer_and_names_it(garage: Garage) -> None:
    car = car_with_faults(garage)
    assert calls(garage) == [({"plate": "A1", "hours": 2, "urgent": True}, "waiting")]
    (run,) = garage.runs()
    assert (run["state"], [step["state"] for step in run["steps"]]) == ("waiting", ["done", "waiting"])
    garage.answer("ok", {"data": {"number": "N1", "price": 9.5}})
    garage.answer("ok", {"data": {"number": "N2"}})
    assert sorted((work["fault"], work["spec"]) for work in garage.rows("works")) == [("刹车", "N1 9.5"), ("轮胎", "N2 ")]
    assert (garage.states(), garage.of(car)["note"]) == ([("ordered", "done")], "都订了")


def test_a_call_that_died_ends_the_run_with_its_reason_and_a_replay_calls_again(garage: Garage) -> None:
    car_with_faults(garage)
    garage.answer("ok", {"data": {"number": "N1"}})
    garage.answer("dead", None, "HTTP 400")
    (run,) = garage.runs()
    assert (run["state"], "HTTP 400" in run["error"]) == ("failed", True)
    garage.log.replay(SYSTEM, run["id"])
    garage.engine.settle()
    assert [state for _, state in calls(garage)] == ["ok", "dead", "waiting"]
    garage.answer("ok", {"data": {"number": "N2"}})
    assert garage.states() == [("ordered", "done")]
    assert sorted(work["spec"] for work in garage.rows("works")) == ["N1 ", "N2 "]


def test_why_a_call_died_is_told_among_the_runs_in_the_readers_language(garage: Garage) -> None:
    car_with_faults(garage)
    garage.answer("dead", None, kept(TIMED_OUT(seconds=10)))
    (run,) = garage.runs()
    english = garage.log.get(replace(SYSTEM, language="en"), run["id"])
    assert run["error"] == run["steps"][-1]["error"] == "外部调用没有成功：10 秒内没有答复"
    assert english["error"] == english["steps"][-1]["error"] == "The call did not succeed: no answer within 10 s"


def test_a_call_that_may_be_passed_over_leaves_its_name_blank(garage: Garage) -> None:
    car = str(garage.records.create(SYSTEM, "cars", {"plate": "A1"})["car_no"])
    garage.engine.settle()
    garage.change(car, owner="王")
    garage.answer("dropped")
    assert (garage.states()[-1], garage.of(car)["note"]) == (("asked", "done"), "单号 ")


def test_a_trial_calls_nobody(garage: Garage) -> None:
    car = str(garage.records.create(SYSTEM, "cars", {"plate": "A1"}, quiet=True)["car_no"])
    garage.fault(car, "刹车")
    told = garage.log.try_out(SYSTEM, "ordered", car)
    assert told["steps"][1]["outcome"] == {"would_call": True}
    with garage.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(system.call)) == 0


def test_an_answer_to_a_call_of_nobody_lets_nothing_go_on(garage: Garage) -> None:
    car_with_faults(garage)
    garage.answer("ok", {"data": {"number": "N1"}})
    before = garage.states()
    garage.engine.settle()
    assert garage.states() == before == [("ordered", "waiting")]
