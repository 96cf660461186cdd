"""Reports: what was expected beside what happened, for people and as JUnit XML."""

from xml.etree import ElementTree as ET

from mailuo.app.scenarios import Mismatch, Result, junit, lines, summary
from mailuo.base.problems import Place

GOOD = Result("automations/scenarios/a.yaml", "好的 <场景>", (), ("注意一下",), 0.012)
BAD = Result(
    "automations/scenarios/b.yaml",
    "坏的",
    (Mismatch(Place("b.yaml", 7, 3), "steps[2].expect.record.o.status", "paid", "null & \x07void"),),
    (),
    0.5,
)


def test_a_scenario_that_passes_is_one_line_with_its_notes() -> None:
    assert list(lines(GOOD)) == ["✓ 好的 <场景>  (automations/scenarios/a.yaml, 12 ms)", "    注意: 注意一下"]


def test_a_scenario_that_fails_shows_what_was_expected_beside_what_happened() -> None:
    assert list(lines(BAD, "en")) == [
        "✗ 坏的  (automations/scenarios/b.yaml, 500 ms)",
        "    b.yaml:7:3 steps[2].expect.record.o.status",
        "      expected: paid",
        "      happened: null & \x07void",
    ]


def test_the_summary_counts() -> None:
    assert summary([GOOD, BAD], "en") == "1 scenarios passed, 1 failed, in 0.51 s"
    assert summary([], "zh") == "没有场景"


def test_junit_holds_a_case_for_each_scenario_and_its_failure() -> None:
    suites = ET.fromstring(junit([GOOD, BAD]))
    assert (suites.tag, suites.get("tests"), suites.get("failures")) == ("testsuites", "2", "1")
    good, bad = suites.iter("testcase")
    assert (good.get("name"), good.get("time"), len(good)) == ("好的 <场景>", "0.012", 0)
    failure = bad.find("failure")
    assert failure is not None
    assert failure.get("message") == "b.yaml:7:3 steps[2].expect.record.o.status"
    assert failure.text is not None
    assert "null & void" in failure.text
