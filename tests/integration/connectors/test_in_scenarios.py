"""Scenarios of what comes in and goes out: events, answers, calls, replays."""

from mailuo.app.scenarios import lines, run_scenarios
from tests.integration.connectors.conftest import FOLDER

RULES = """\
automations:
  subscribe_packet:
    title: 订阅轨迹
    on: {created: packets}
    do:
      - call: {connector: swift, operation: subscribe, with: {waybill_no: "{waybill_no}", carrier: "{carrier}", job: "{job}"}}
"""
BEGIN = """\
scenario: 试一试
now: 2026-01-15T09:00+08:00
steps:
  - create: {table: jobs, as: j, set: {job_no: J-1}}
  - claim: {record: j, node: paid, source: shop}
"""
EVENT = """\
  - event: {connector: swift, event: track, body: {Data: [{LogisticCode: YT1, Success: true, Traces: [{AcceptTime: "2026-01-15 08:30:00", Action: "1"}]}]}}
"""


def said(steps: str) -> list[str]:
    """What was not as expected."""
    files = {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
    files["automations/connectors/swift.yaml"] = files.pop("tables/swift.yaml")
    files["automations/rules.yaml"] = RULES
    (result,) = run_scenarios({**files, "automations/scenarios/one.yaml": BEGIN + steps}, language="en")
    return [] if result.passed else list(lines(result))


def test_an_event_is_taken_in_as_if_it_were_proved() -> None:
    steps = "  - create: {table: packets, set: {waybill_no: YT1, job: j}}\n" + EVENT
    assert said(steps + '    expect: {record: {j: {node.picked_up: {at: 2026-01-15T08:30+08:00, source: swift}}}}\n') == []


def test_a_letter_is_taken_up_as_soon_as_its_record_is_made() -> None:
    steps = EVENT + "  - create: {table: packets, set: {waybill_no: YT1, job: j}}\n"
    assert said(steps + "    expect: {record: {j: {node.picked_up: reached}}}\n") == []


def test_calls_are_fine_unless_the_scenario_says_otherwise_and_each_attempt_is_one() -> None:
    packet = "  - create: {table: packets, as: %s, set: {waybill_no: YT%s, job: j}}\n"
    steps = (
        packet % ("p", 1)
        + "    expect: {calls: [{connector: swift, operation: subscribe, with: {waybill_no: YT1}}], runs: [{automation: subscribe_packet, record: p, state: done}]}\n"
        + "  - answers: {connector: swift, operation: subscribe, status: timeout, times: 2}\n"
        + "  - answers: {connector: swift, operation: query, body: {Success: false}}\n"
        + packet % ("q", 2)
        + "    expect: {calls: [{operation: subscribe}]}\n"
        + "  - after: 1h\n"
        + "    expect: {calls: [{operation: subscribe}, {operation: subscribe}], runs: [{record: q, state: done}]}\n"
        + "  - answers: {connector: swift, operation: subscribe, body: {Success: false, Reason: 单号错误}}\n"
        + packet % ("r", 3)
        + "    expect: {calls: [{operation: subscribe}]}\n"
        + "  - after: 7d\n"
        + "    expect: {runs: [{record: r, state: failed}]}\n"
    )
    assert said(steps) == []


def test_answers_given_in_one_breath_come_in_that_order_and_a_later_word_comes_before_them() -> None:
    answer = "  - answers: {connector: swift, operation: subscribe, %s}\n"
    steps = (
        "  - answers: {connector: swift, operation: query, body: {Success: false}}\n"
        + answer % "status: timeout, times: 1"
        + answer % 'status: "503", times: 1'
        + answer % "body: {Success: false}"
        + answer % "status: timeout, times: 1"
        + "  - create: {table: packets, as: p, set: {waybill_no: YT1, job: j}}\n"
        + "  - after: 10s\n"
        + "  - after: 1m\n"
        + "    expect: {calls: [{operation: subscribe}, {operation: subscribe}, {operation: subscribe}], runs: [{record: p, state: waiting}]}\n"
        + answer % "body: {Success: true}"
        + "  - after: 5m\n"
        + "    expect: {calls: [{operation: subscribe}], runs: [{record: p, state: done}]}\n"
    )
    assert said(steps) == []


def test_a_call_that_was_expected_and_not_made_is_told() -> None:
    assert any("expect.calls" in line for line in said("  - expect: {calls: [{operation: subscribe}]}\n"))


def test_dead_letters_are_mapped_anew_by_mended_declarations() -> None:
    steps = (
        "  - create: {table: packets, set: {waybill_no: YT1, job: j}}\n"
        "  - declare: {connectors.swift.events.track.claims: [{node: \"{item.nowhere}x\", at: \"2026-01-15 08:00:00\"}]}\n"
        + EVENT
        + "    expect: {record: {j: {node.picked_up: due}}}\n"
        + "  - declare: {connectors.swift.events.track.claims: [{node: picked_up, each: item.Traces, at: trace.AcceptTime}]}\n"
        + "  - replay: {event: {connector: swift, event: track}}\n"
        + "    expect: {record: {j: {node.picked_up: reached}}}\n"
    )
    assert said(steps) == []


def test_a_run_that_ended_well_is_not_replayed() -> None:
    steps = (
        "  - create: {table: packets, as: p, set: {waybill_no: YT1, carrier: YT, job: j}}\n"
         "    expect: {runs: [{record: p, state: done}]}\n"
         "  - replay: {automation: subscribe_packet, record: p}\n    fails: {code: conflict}\n"
         "  - replay: {automation: subscribe_packet, record: j}\n    fails: {code: not_found}\n"
    )
    assert said(steps) == []
