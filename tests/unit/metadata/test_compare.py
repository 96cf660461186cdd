"""Comparing manifests: each difference becomes one classified change with a sentence in both languages."""

from pathlib import Path

import pytest

from mailuo.metadata import Change, Manifest, compare, load, read_folder

AROUND = read_folder(Path(__file__).parents[2] / "declarations" / "around")
REFERRALS, VISITS, ALERTS, ROLES = (
    "tables/referrals.yaml",
    "tables/visits.yaml",
    "automations/alerts.yaml",
    "tables/roles.yaml",
)
ANALYSER = "automations/analyser.yaml"


def manifest(files: dict[str, str]) -> Manifest:
    result = load(files)
    assert isinstance(result, Manifest), [problem.line("en") for problem in result]
    return result


def edited(*edits: tuple[str, str, str]) -> dict[str, str]:
    files = dict(AROUND)
    for file, old, new in edits:
        assert old in files[file], old
        files[file] = files[file].replace(old, new)
    return files


def changes(*edits: tuple[str, str, str]) -> tuple[Change, ...]:
    return compare(manifest(AROUND), manifest(edited(*edits)))


def test_the_same_files_are_no_change() -> None:
    assert compare(manifest(AROUND), manifest(dict(AROUND))) == ()


def test_comments_blank_lines_and_other_quotes_are_no_change() -> None:
    moved = {file: f"# moved\n\n{text}".replace("{title: 备注,", '{"title": "备注",') for file, text in AROUND.items()}
    assert compare(manifest(AROUND), manifest(moved)) == ()


def test_the_first_publication_adds_every_table() -> None:
    first = compare(None, manifest(AROUND))
    assert [change.path for change in first if change.what == "table"] == [
        f"tables.{name}" for name in manifest(AROUND).tables
    ]
    assert {change.risk for change in first} == {"safe"}


N = "  note: {title: 备注, type: long_text}\n"
CASES = [
    ("a field is added", (REFERRALS, N, N + "  room: {title: 诊室, type: text}\n"), "added", "safe", "fields.room"),
    ("a required field is added without a default", (REFERRALS, N, N + "  room: {title: 诊室, type: text, required: true}\n"), "added", "needs_default", "fields.room"),
    ("a required field is added with a default", (REFERRALS, N, N + "  room: {title: 诊室, type: text, required: true, default: 一}\n"), "added", "safe", "fields.room"),
    ("a field is removed", (VISITS, "  comment: {title: 评语, type: text}\n", ""), "removed", "loses_data", "fields.comment"),
    ("a computed field is removed", (REFERRALS, "  visit_count: {title: 就诊次数, type: rollup, of: visits, fn: count}\n", ""), "removed", "safe", "fields.visit_count"),
    ("a field is renamed", (VISITS, "  comment: {title: 评语,", "  remark: {title: 评语, was: comment,"), "renamed", "safe", "fields.remark"),
    ("a field is widened", (VISITS, "comment: {title: 评语, type: text}", "comment: {title: 评语, type: long_text}"), "widened", "safe", "fields.comment"),
    ("a type is narrowed", (VISITS, "comment: {title: 评语, type: text}", "comment: {title: 评语, type: number}"), "refused", "refused", "fields.comment"),
    ("places are taken away", (VISITS, "fee: {title: 费用, type: money}", "fee: {title: 费用, type: money, places: 1}"), "refused", "refused", "fields.fee"),
    ("a stored field becomes computed", (VISITS, "comment: {title: 评语, type: text}", "comment: {title: 评语, type: formula, formula: \"{score} + 1\"}"), "changed", "loses_data", "fields.comment"),
    ("a field becomes required", (VISITS, "type: score}", "type: score, required: true}"), "changed", "needs_default", "fields.score"),
    ("a field becomes unique", (VISITS, "type: score}", "type: score, unique: true}"), "changed", "safe", "fields.score"),
    ("a title changes", (VISITS, "comment: {title: 评语,", "comment: {title: 评论,"), "changed", "safe", "fields.comment"),
    ("an option is added", (REFERRALS, "options: {A: 内科,", "options: {C: 儿科, A: 内科,"), "added", "safe", "fields.ward.options.C"),
    ("an option is removed", (REFERRALS, "{A: 内科, ", "{"), "removed", "loses_data", "fields.ward.options.A"),
    ("an option is renamed", (REFERRALS, "{A: 内科, ", "{IN: {title: 内科, was: A}, "), "renamed", "safe", "fields.ward.options.IN"),
    ("a node is added", (REFERRALS, "    rated:", "    called: {title: 已回访, by: [role:desk]}\n    rated:"), "added", "safe", "flow.nodes.called"),
    ("a node is removed", (REFERRALS, "    rated: {title: 已评价, by: [form:feedback, role:desk], skippable: true}\n", ""), "removed", "loses_data", "flow.nodes.rated"),
    ("a node is renamed", (REFERRALS, "    rated: {title: 已评价,", "    judged: {title: 已评价, was: rated,"), "renamed", "safe", "flow.nodes.judged"),
    ("a node is skippable no more", (REFERRALS, ", skippable: true", ""), "changed", "safe", "flow.nodes.rated"),
    ("an exit is removed", (REFERRALS, "  exits:\n    withdrawn: {title: 已撤回, by: [registry, role:desk]}\n", ""), "removed", "loses_data", "flow.exits.withdrawn"),
    ("what closes is another node", (REFERRALS, "closed_by: settled", "closed_by: rated"), "changed", "safe", "flow"),
    ("a view changes", (REFERRALS, "columns: [referral_no,", "columns: [asked_at, referral_no,"), "changed", "safe", "views.running"),
    ("a table with a key gets another", (REFERRALS, "key:\n  field: referral_no", "key:\n  field: other_no"), "refused", "refused", "key"),
]  # fmt: skip


FORM = (VISITS, "fields: [score, comment]", "fields: [score]")
FOLLOWING = {
    "a field is removed": (FORM,),
    "a field is renamed": (FORM,),
    "a stored field becomes computed": (FORM,),
    "a table with a key gets another": (
        (REFERRALS, "columns: [referral_no, ", "columns: ["),
        (ALERTS, "{referral_no}", "{other_no}"),
        (ANALYSER, "referral_no: body.code", "other_no: body.code"),
    ),
}
"""What else has to change, so that the files stay right."""


@pytest.mark.parametrize(("name", "edit", "kind", "risk", "path"), CASES, ids=[case[0] for case in CASES])
def test_a_difference_is_classified(name: str, edit: tuple[str, str, str], kind: str, risk: str, path: str) -> None:
    table = "visits" if edit[0] == VISITS else "referrals"
    found = [change for change in changes(edit, *FOLLOWING.get(name, ())) if change.path == f"tables.{table}.{path}"]
    assert [(change.kind, change.risk) for change in found] == [(kind, risk)]
    assert found[0].sentence.text("zh")
    assert found[0].sentence.text("en")


def test_a_renamed_table_keeps_its_fields() -> None:
    edits = (
        (VISITS, "table: visits\n", "table: calls\nwas: visits\n"),
        (REFERRALS, "to: visits", "to: calls"),
        (ALERTS, "table: visits", "table: calls"),
    )
    found = {change.path: change.kind for change in changes(*edits)}
    assert found["tables.calls"] == "renamed"
    assert not any(kind in ("added", "removed", "refused") for kind in found.values())


def test_a_rename_names_where_it_comes_from() -> None:
    edits = (
        (VISITS, "  comment: {title: 评语,", "  remark: {title: 评语, was: comment,"),
        (VISITS, "[score, comment]", "[score, remark]"),
    )
    (change,) = (change for change in changes(*edits) if change.kind == "renamed")
    assert change.from_path == "tables.visits.fields.comment"
    assert change.sentence.text("zh") == "字段“评语”的编号由 comment 改为 remark，数据保留"


def test_alerts_roles_and_calendars_come_and_go_without_data() -> None:
    files = edited(
        (ALERTS, "  lab_silent:", "  lab_quiet:"), (ROLES, "  doctor:\n    title: 医生", "  doctor:\n    title: 大夫")
    )
    found = {(change.path, change.kind, change.risk) for change in compare(manifest(AROUND), manifest(files))}
    assert found == {
        ("alerts.lab_quiet", "added", "safe"),
        ("alerts.lab_silent", "removed", "safe"),
        ("roles.doctor", "changed", "safe"),
    }
