"""Rules that copy what not everybody may see are pointed out."""

from pathlib import Path

from mailuo.metadata import Manifest, compare, load, read_folder
from mailuo.metadata.carrying import carried

AROUND = read_folder(Path(__file__).parents[2] / "declarations" / "around")


def workspace(*steps: str, on: str = "{created: referrals}", files: dict[str, str] | None = None) -> Manifest:
    lines = "\n".join(f"      - {step}" for step in steps)
    result = load(
        {**(files or AROUND), "automations/rules.yaml": f"automations:\n  rule:\n    on: {on}\n    do:\n{lines}\n"}
    )
    assert isinstance(result, Manifest), [problem.line("en") for problem in result]
    return result


def said(*steps: str, on: str = "{created: referrals}") -> list[str]:
    return [problem.line("en") for problem in carried(workspace(*steps, on=on))]


def test_a_hidden_field_written_where_it_is_seen_is_pointed_out() -> None:
    assert said('{set: {note: "费用 {fee}"}}') == [
        "automations.rule.do.0: writes '费用' of 转诊单 into '备注' of 转诊单, where roles see it that may not see the former: 前台"
    ]


def test_a_masked_field_and_one_of_an_unseen_table_are_pointed_out_too() -> None:
    assert said('{set: {note: "{doctor}"}}') == [
        "automations.rule.do.0: writes '医生' of 转诊单 into '备注' of 转诊单, where roles see it that may not see the former: 前台"
    ]
    assert said('{update: {record: "{referral}", set: {note: "{comment}"}}}', on="{created: visits}") == [
        "automations.rule.do.0: writes '评语' of 就诊 into '备注' of 转诊单, where roles see it that may not see the former: 前台, 医生"
    ]


def test_it_is_followed_through_links_names_and_branches() -> None:
    through = said(
        '{for_each: "{visits}", do: [{if: "{item.fee} > 1", do: [{set: {note: "{item.comment}{patient.phone}"}}]}]}'
    )
    assert [line.partition(" writes ")[2].partition(" into")[0] for line in through] == [
        "'评语' of 就诊",
        "'电话' of 患者",
    ]
    named = said(
        '{update: {table: patients, match: {patient_no: "{patient}"}, as: sick}}', '{set: {note: "{sick.name}"}}'
    )
    assert "'姓名' of 患者" in named[0]


def test_what_everybody_sees_and_what_came_from_outside_may_be_written() -> None:
    assert said('{set: {note: "{ward} {record.asked_at} {status}"}}') == []
    assert said("{count: {as: n, of: visits}}", '{set: {note: "{n} {record}"}}') == []


def test_a_field_that_is_released_may_be_written() -> None:
    name = "tables/referrals.yaml"
    files = {**AROUND, name: AROUND[name].replace("note: {title: 备注,", "note: {title: 备注, release: true,")}
    assert carried(workspace('{set: {note: "{fee}"}}', files=files)) == ()


def test_a_plan_says_it_once() -> None:
    before, after = workspace("{stop: true}"), workspace('{set: {note: "{fee}"}}')
    assert [(change.kind, change.risk) for change in compare(before, after)] == [
        ("changed", "safe"),
        ("warned", "safe"),
    ]
    assert [change.kind for change in compare(after, workspace('{set: {note: "{fee}", ward: A}}'))] == ["changed"]
