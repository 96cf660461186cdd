"""Running scenarios on a small clinic: each alone on an empty stage, and what is told of those that fail."""

from pathlib import Path

import pytest

from mailuo.app.scenarios import Result, run_scenarios
from mailuo.app.scenarios.deeds import Doing
from mailuo.base.problems import Refusal
from mailuo.metadata import read_folder

AROUND = read_folder(Path(__file__).parents[2] / "declarations" / "around")
HEAD = "scenario: 一个场景\nnow: 2026-01-15T09:00+08:00\nsteps:\n"
MADE = "  - create: {table: referrals, as: r, set: {ward: A, asked_at: now}}\n"
ASKED = "  - claim: {record: r, node: asked, source: registry}\n"


def played(*steps: str) -> list[Result]:
    """How scenarios with these steps went."""
    files = {f"automations/scenarios/{place:02}.yaml": HEAD + each for place, each in enumerate(steps)}
    return list(run_scenarios({**AROUND, **files}, language="en"))


def differences(steps: str) -> list[tuple[str, str, str]]:
    """What differed in one scenario: where, what was expected, what happened."""
    (result,) = played(steps)
    return [(each.path, each.expected, each.found) for each in result.mismatches]


def test_a_scenario_that_is_as_expected_passes() -> None:
    assert differences(MADE + ASKED + "    expect: {record: {r: {status: asked, referral_no: A20260115-0001}}}") == []


def test_what_was_expected_stands_beside_what_happened() -> None:
    wrong = "    expect: {record: {r: {status: seen, ward: A, node.checked: {state: due, source: lab}}}, records: {of: visits, count: 2}}"
    assert differences(MADE + ASKED + wrong) == [
        ("steps[1].expect.record.r.status", "seen", "asked"),
        ("steps[1].expect.record.r.node.checked.source", "lab", "null"),
        ("steps[1].expect.records.count", "2", "0"),
    ]


def test_a_difference_points_to_its_line() -> None:
    (result,) = played(MADE + ASKED + "    expect: {record: {r: {status: seen}}}")
    assert [str(each.place) for each in result.mismatches] == ["automations/scenarios/00.yaml:6:27"]


def test_a_scenario_ends_with_the_first_step_that_differs() -> None:
    twice = "  - expect: {record: {r: {status: seen}}}\n  - expect: {record: {r: {status: asked}}}"
    assert len(differences(MADE + twice)) == 1


REFUSALS = [
    ("    fails: {}", [("steps[1]", "it is refused", "it is done")]),
    ("    fails: {code: exited}", [("steps[1]", "it is refused", "it is done")]),
]


@pytest.mark.parametrize(("fails", "expected"), REFUSALS)
def test_what_must_be_refused_and_is_not_fails(fails: str, expected: list[tuple[str, str, str]]) -> None:
    assert differences(MADE + ASKED + fails) == expected


def test_a_refusal_must_be_the_expected_one() -> None:
    early = "  - claim: {record: r, node: checked, source: role:doctor}\n"
    assert differences(f"{MADE}{early}    fails: {{code: predecessor_missing, contains: 已申请}}") == []
    ((path, expected, found),) = differences(f"{MADE}{early}    fails: {{code: exited}}")
    assert (path, "exited" in expected, "predecessor_missing" in found) == ("steps[1]", True, True)


def test_an_unexpected_refusal_says_why() -> None:
    ((path, expected, found),) = differences(MADE + "  - claim: {record: r, node: checked, source: role:doctor}")
    assert (path, expected) == ("steps[1]", "it is done")
    assert found.startswith("it is refused (predecessor_missing)")


def test_each_scenario_begins_on_an_empty_stage() -> None:
    counted = MADE + "    expect: {record: {r: {referral_no: A20260115-0001}}, records: {of: referrals, count: 1}}"
    changed = "  - declare: {tables.referrals.key.pattern: \"{ward}X{asked_at:%Y%m%d}-{seq:04}\"}\n" + MADE
    assert [result.passed for result in played(counted, changed, counted)] == [True, True, True]


@pytest.mark.parametrize(
    "step", ["event: {connector: lab, event: result, body: {}}", "answers: {connector: lab, operation: order}"]
)
def test_what_names_a_connector_that_is_not_there_is_wrong(step: str) -> None:
    (result,) = played(f"{MADE}  - {step}")
    assert "there is no connector 'lab'" in result.mismatches[0].found
    (expected,) = played(f"{MADE}  - {step}\n    fails: {{code: not_found}}")
    assert expected.passed is step.startswith("event")


@pytest.mark.parametrize(
    "what",
    [
        "evidence: {dispute: {record: r, node: seen}, photo: true, by: desk}",
        "review: {dispute: {record: r, node: seen}, verdict: accept, by: desk}",
    ],
)
def test_where_nothing_is_disputed_nothing_is_proved_or_reviewed(what: str) -> None:
    assert differences(f"{MADE}  - {what}\n    fails: {{code: not_found}}") == []


def test_nothing_is_expected_of_engines_that_are_not_there() -> None:
    assert differences("  - expect: {calls: [], runs: [], disputes: {open: []}}") == []
    found = differences("  - expect: {runs: [{state: done}], disputes: {open: [{record: r, node: seen}]}}")
    assert [path for path, _, _ in found] == ["steps[0].expect.runs", "steps[0].expect.disputes.open"]


def test_a_declaration_on_which_nothing_acts_is_noted() -> None:
    (result,) = played("  - declare: {dashboards.health.title: 看板}\n")
    assert result.passed
    assert result.notes == (
        "this installation has no engine for dashboards: what is declared at 'dashboards.health.title' has no effect",
    )


def test_a_wrong_scenario_fails_alone() -> None:
    good, wrong = played(MADE, "  - crate: {table: referrals}")
    assert (good.passed, wrong.passed) == (True, False)
    assert "Did you mean 'create'?" in wrong.mismatches[0].found


def test_wrong_declarations_are_refused_as_a_whole() -> None:
    with pytest.raises(Refusal):
        list(run_scenarios({**AROUND, "tables/wrong.yaml": "table: wrong\nfields: []"}))


def test_a_program_that_fails_breaks_off_one_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Doing, deed: object) -> None:
        raise KeyError(deed)

    with monkeypatch.context() as patch:
        patch.setattr(Doing, "do", broken)
        found = differences(MADE)
    assert found == [("", "it is done", "the program failed and broke off; the log says more")]


# Time


def test_what_falls_due_on_the_way_happens_at_its_own_moment() -> None:
    settled = "  - claim: {record: r, node: seen, source: role:doctor, by: {user: 系统, roles: [admin]}}\n    fails: {}\n"
    closing = "  - after: 5d\n    expect: {record: {r: {status: asked}}}"
    assert differences(MADE + ASKED + settled + closing) == []


def test_nothing_happens_while_the_system_is_down() -> None:
    late = "  - down: 3d\n    expect: {alerts: {open: [{rule: check_late, record: r}, {rule: lab_silent, record: r}]}}"
    assert differences(MADE + ASKED + late) == []


def test_messages_are_named_once() -> None:
    told = "  - after: 2h1s\n    expect: {sent: [{role: doctor}, {role: desk}]}\n  - expect: {sent: []}"
    assert differences(MADE + ASKED + "  - declare: {alerts.check_late.remind_every: 9h}\n" + told) == []


def test_an_exact_list_shows_what_there_is() -> None:
    ((_, expected, found),) = differences(MADE + ASKED + "  - after: 3h\n    expect: {alerts: {open: []}}")
    assert (expected, found) == ("[]", "[{rule: check_late, record: A20260115-0001}]")


# Whose eyes


def test_a_step_is_done_and_seen_by_the_role_it_names() -> None:
    hidden = "  - as: desk\n    update: {record: r, set: {note: 等患者}}\n    expect: {record: {r: {note: 等患者, fee: null, doctor: null}}}\n"
    refused = "  - as: desk\n    update: {record: r, set: {fee: 10}}\n    fails: {}\n"
    unasked = "  - as: desk\n    expect: {records: [{of: referrals, where: \"{fee} > 0\", count: 0}, {of: visits, count: 0}]}"
    assert differences(MADE + hidden + refused + unasked) == []


def test_a_condition_that_means_nothing_is_no_empty_answer() -> None:
    found = differences("  - declare: {tables.visits.fields.x: {type: text}}\n  - expect: {records: {of: visits, where: \"{y} = 1\", count: 0}}")
    assert [path for path, _, _ in found] == ["steps[1].expect.records.where"]
