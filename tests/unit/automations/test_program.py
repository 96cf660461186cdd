"""Which step comes next is settled by the journal alone; what a line of the outbox starts, by the line alone."""

from datetime import UTC, datetime
from typing import Any

from mailuo.automations.program import DONE, FAILED, HOLDS, ITEMS, SKIPPED, WAITING, Entry, Journal, every_step, walk
from mailuo.automations.triggers import Line, Start, starts
from mailuo.flow import event
from mailuo.metadata import load
from mailuo.metadata.automation import Step
from mailuo.metadata.model import Manifest

FILES = {
    "tables/workspace.yaml": "workspace: 店\ntimezone: Asia/Shanghai\nlanguages: [zh]\nsources: {desk: 前台}",
    "tables/things.yaml": """
table: things
title: 东西
key: {field: no}
fields:
  no: {title: 号, type: text}
  size: {title: 大小, type: number}
  parts: {title: 零件, type: links, to: parts, by: thing}
flow: {nodes: {seen: {title: 已看, by: [desk]}}}
""",
    "tables/parts.yaml": "table: parts\ntitle: 零件\nfields: {thing: {title: 东西, type: link, to: things}}",
    "automations/rules.yaml": """
automations:
  all_day:
    on: [{created: things}, {updated: things, fields: [size]}, {reached: seen, of: things}]
    do:
      - set: {size: 1}
      - for_each: "{parts}"
        do:
          - if: "{size} > 1"
            do: [{set: {size: 2}}]
            else: [{set: {size: 3}}]
          - set: {size: 4}
      - set: {size: 5}
  any_field:
    on: {updated: things}
    do: [{set: {size: 1}}]
  off:
    enabled: false
    on: {created: things}
    do: [{set: {size: 1}}]
""",
}
_LOADED = load(FILES)
assert isinstance(_LOADED, Manifest), _LOADED
MANIFEST = _LOADED
STEPS = MANIFEST.automations["all_day"].steps
ROW = {"row": "r", "table": "parts"}


def outcome(step: Step, number: int) -> Entry:
    """What the journal says of a step: two rows; the first branch for the first of them."""
    word: dict[str, dict[str, Any]] = {"do.1": {ITEMS: [ROW, ROW]}, "do.1.do.0": {HOLDS: number == 0}}
    return Entry(DONE, word.get(step.path, {}))


def places(journal: Journal) -> list[str]:
    """The places of the steps that are still to be taken, each taken when it is reached."""
    found = []
    for stop in walk(STEPS, journal):
        found.append(stop.place)
        journal[stop.place] = outcome(stop.step, int(stop.place.partition("@")[2] or 0))
    return found


WHOLE = [
    "do.0", "do.1", "do.1.do.0@0", "do.1.do.0.do.0@0", "do.1.do.1@0", "do.1.do.0@1", "do.1.do.0.else.0@1", "do.1.do.1@1", "do.2",
]  # fmt: skip


def test_steps_come_in_order_for_each_row_and_along_the_branch_that_holds() -> None:
    assert places({}) == WHOLE


def test_a_run_that_was_broken_off_anywhere_takes_what_is_left() -> None:
    for broken in range(len(WHOLE) + 1):
        journal: Journal = {}
        for stop in walk(STEPS, journal):
            if len(journal) == broken:
                break
            journal[stop.place] = outcome(stop.step, int(stop.place.partition("@")[2] or 0))
        assert places(journal) == WHOLE[broken:]


def test_what_waits_or_failed_comes_again_and_what_was_passed_over_does_not() -> None:
    for state, first in ((WAITING, "do.0"), (FAILED, "do.0"), (SKIPPED, "do.1")):
        assert next(iter(walk(STEPS, {"do.0": Entry(state)}))).place == first


def test_a_loop_that_was_passed_over_does_nothing() -> None:
    assert places({"do.0": Entry(DONE), "do.1": Entry(SKIPPED)}) == ["do.2"]


def test_every_step_is_told_those_inside_others_too() -> None:
    assert [step.path for step in every_step(STEPS)] == [
        "do.0", "do.1", "do.1.do.0", "do.1.do.0.do.0", "do.1.do.0.else.0", "do.1.do.1", "do.2",
    ]  # fmt: skip


# --- triggers ---------------------------------------------------------------------------------------------------


def begun(kind: str, table: str = "things", **detail: object) -> list[tuple[str, str]]:
    """The (rule, cause) of the runs that a line starts."""
    line = Line(7, kind, datetime(2026, 1, 15, tzinfo=UTC), table, "r", detail)
    return [(start.rule, start.cause) for start in starts(MANIFEST, line)]


def test_a_line_starts_the_rules_that_wait_for_it() -> None:
    assert begun(event.CREATED) == [("all_day", "created")]
    assert begun(event.UPDATED, fields=["size"]) == [("all_day", "updated:7"), ("any_field", "updated:7")]
    assert begun(event.UPDATED, fields=["no"]) == [("any_field", "updated:7")]
    assert begun(event.CREATED, "parts") == []
    assert begun(event.REACHED, node="seen") == [("all_day", "reached:seen")]


def test_what_is_quiet_or_no_longer_the_first_time_starts_nothing() -> None:
    assert begun(event.REACHED, node="seen", quiet=True) == []
    assert begun(event.REACHED, node="seen", first=False) == []


def test_the_same_line_always_asks_for_the_same_run() -> None:
    line = Line(7, event.CREATED, datetime(2026, 1, 15, tzinfo=UTC), "things", "r", {})
    assert [*starts(MANIFEST, line)] == [*starts(MANIFEST, line)] == [Start("all_day", event.CREATED, "created")]
