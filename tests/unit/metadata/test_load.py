"""Loading: one manifest out of many files, and all problems of all of them in one run."""

from datetime import date, time, timedelta
from pathlib import Path
from textwrap import dedent

from mailuo.base.problems import Place, Problems
from mailuo.fields import Choice, Lookup, Money, Number, Rollup
from mailuo.formulas import parse_formula
from mailuo.formulas.types import Kind
from mailuo.metadata import Manifest, load, read_folder, scope_of
from mailuo.metadata.model import EarlierThan, NoNewsFrom, SpeakerKind, WaitingFor, Window

CLINIC = Path(__file__).parents[2] / "declarations" / "around"
AROUND = read_folder(CLINIC)


def manifest(files: dict[str, str] = AROUND) -> Manifest:
    result = load(files)
    assert isinstance(result, Manifest), [problem.line("en") for problem in result]
    return result


def problems(**files: str) -> Problems:
    result = load({**AROUND, **{name.replace("__", "/") + ".yaml": text for name, text in files.items()}})
    assert isinstance(result, tuple)
    return result


def test_a_folder_is_read_with_paths_relative_to_it() -> None:
    assert list(AROUND) == sorted(AROUND)
    assert "tables/referrals.yaml" in AROUND


def test_an_empty_workspace_is_a_manifest_with_the_usual_values() -> None:
    empty = manifest({})
    assert (empty.workspace.timezone, empty.workspace.currency) == ("Asia/Shanghai", "CNY")
    assert empty.workspace.retention["audit"] == timedelta(days=1095)
    assert list(empty.roles) == ["admin"]


def test_a_workspace_that_names_no_zone_has_the_one_of_the_environment() -> None:
    result = load({"tables/workspace.yaml": "workspace: {title: 诊所}"}, default_zone="Europe/Paris")
    assert isinstance(result, Manifest)
    assert (result.workspace.title, result.workspace.timezone) == ("诊所", "Europe/Paris")


def test_fields_keep_their_order_and_the_key_is_first_when_not_declared() -> None:
    fields = manifest().tables["referrals"].fields
    assert list(fields)[:3] == ["referral_no", "ward", "asked_at"]
    assert (fields["referral_no"].readonly, fields["referral_no"].unique) == (True, True)
    assert fields["asked_at"].required
    assert isinstance(fields["ward"].type, Choice)
    assert isinstance(fields["fee"].type, Money)
    assert fields["fee"].type.currency == "CNY"


def test_a_key_entered_once_is_required_and_may_be_written() -> None:
    field = manifest().tables["patients"].fields["patient_no"]
    assert (field.required, field.readonly, field.unique) == (True, False, True)


def test_computed_fields_know_the_type_of_what_they_compute() -> None:
    fields = manifest().tables["referrals"].fields
    lookup, total, count = fields["city"].type, fields["total"].type, fields["visit_count"].type
    assert isinstance(lookup, Lookup)
    assert lookup.formula_type.kind is Kind.TEXT
    assert isinstance(total, Rollup)
    assert isinstance(total.like, Number)
    assert isinstance(count, Rollup)
    assert count.formula_type.kind is Kind.NUMBER


def test_a_node_follows_the_one_above_unless_it_says_otherwise() -> None:
    flow = manifest().tables["referrals"].flow
    assert flow is not None
    after = {name: node.after for name, node in flow.nodes.items()}
    assert after["asked"] == ()
    assert after["checked"] == ("asked",)
    assert after["seen"] == ("checked", "sampled")
    assert flow.nodes["settled"].wait == timedelta(days=3)


def test_speakers_carry_the_source_of_their_claims() -> None:
    flow = manifest().tables["referrals"].flow
    assert flow is not None
    assert [speaker.source for speaker in flow.nodes["sampled"].by] == ["lab", "manual"]
    assert flow.nodes["sampled"].by[1].roles == ("desk",)
    assert [speaker.source for speaker in flow.nodes["rated"].by] == ["form:feedback", "role:desk"]
    assert flow.nodes["checked"].by[0].kind is SpeakerKind.AUTOMATION


def test_alerts_have_their_conditions() -> None:
    alerts = manifest().alerts
    assert alerts["check_late"].when == WaitingFor("checked", timedelta(hours=2))
    early = alerts["early"].when
    assert isinstance(early, EarlierThan)
    assert early.earlier_than.reads == {("promised_at",)}
    assert alerts["lab_silent"].when == NoNewsFrom("lab", "record", timedelta(hours=24), "asked", "seen")


def test_working_hours_are_windows_by_day() -> None:
    calendar = manifest().calendars["desk"]
    assert calendar.weekly[5] == (Window(time(8), time(12)),)
    assert calendar.days[date(2026, 2, 15)] == ()


def test_a_scope_knows_names_by_id_by_title_and_through_links() -> None:
    scope = scope_of(manifest(), "referrals")
    found = {
        path: name.path
        for path in [("ward",), ("科室",), ("患者", "姓名"), ("seen",), ("已就诊",), ("status",)]
        if (name := scope.resolve(path))
    }
    assert found == {
        ("ward",): ("ward",),
        ("科室",): ("ward",),
        ("患者", "姓名"): ("patient", "name"),
        ("seen",): ("seen",),
        ("已就诊",): ("seen",),
        ("status",): ("status",),
    }
    assert scope.resolve(("visits", "fee")) is None
    assert scope.resolve(("nothing",)) is None


def test_a_title_borne_twice_names_nothing() -> None:
    files = {**AROUND, "tables/visits.yaml": AROUND["tables/visits.yaml"].replace("title: 评语", "title: 评分")}
    scope = scope_of(manifest(files), "visits")
    assert scope.resolve(("评分",)) is None
    assert scope.resolve(("score",)) is not None
    refused = parse_formula("{评分} > 1", scope)
    assert isinstance(refused, tuple)
    assert [problem.text("en") for problem in refused] == [
        "'评分' is the title of more than one field or node; write the id"
    ]


def test_problems_of_all_files_come_in_file_order() -> None:
    found = problems(
        tables__a="table: a\nfields: {x: {type: texd}, y: {type: link, to: nowhere}}",
        automations__b="alerts:\n  late: {level: red, on: referrals, when: {waiting_for: nothing, longer_than: 1h}}",
    )
    assert [str(problem.place) for problem in found] == [
        "automations/b.yaml:2:57",
        "tables/a.yaml:2:20",
        "tables/a.yaml:2:47",
    ]


def test_a_wrong_key_hides_no_reference_error_elsewhere() -> None:
    found = problems(
        tables__a="table: a\nfilds: {}\nfields: {x: {type: link, to: nowhere, requird: true}}\nflow: {nodes: {n: {by: [nobody]}}}"
    )
    assert [problem.code for problem in found] == ["unknown_key", "unknown_name", "unknown_key", "unknown_source"]


def test_a_file_that_cannot_be_read_hides_only_its_own_errors() -> None:
    found = problems(
        tables__referrals="table: referrals\nfields: {", tables__a="table: a\nfields: {x: {type: link, to: nowhere}}"
    )
    assert [str(problem.place) for problem in found] == ["tables/a.yaml:2:30", "tables/referrals.yaml:2:10"]


def test_names_of_an_unreadable_roles_file_are_not_called_unknown() -> None:
    found = problems(tables__roles="roles: [", tables__a="table: a\nfields: {x: {type: text}}")
    assert [problem.place for problem in found] == [Place("tables/roles.yaml", 1, 9)]


RULE = """\
automations:
  follow:
    title: 跟进
    on: {created: patients}
    do:
      - create: {table: referrals, set: {patient: "{patient_no}"}, as: made}
      - if: "NOT(ISBLANK({made}))"
        do:
          - claim: {record: "{made}", node: requested}
          - update: {record: "{made}", set: {remark: x}}
"""
LINKED = """\
automations:
  linked:
    title: 关联
    on: {created: notes}
    do:
      - claim: {record: "{referral}", node: requested}
"""
NOTES = "table: notes\nfields: {referral: {title: 转诊, type: link, to: referrals}}"


def test_rules_about_a_table_that_cannot_be_read_are_not_judged_even_behind_comments() -> None:
    broken = "# 转诊单\n\n# 一次转诊一行\ntable: referrals\nfields: {"
    for rules in (RULE, LINKED):
        found = problems(tables__referrals=broken, tables__notes=NOTES, automations__rules=rules)
        assert [str(problem.place) for problem in found] == ["tables/referrals.yaml:5:10"]


def test_rules_about_a_table_that_is_gone_are_problems_and_no_fault() -> None:
    files = {name: text for name, text in AROUND.items() if name != "tables/referrals.yaml"}
    for rules in (RULE, LINKED):
        found = load({**files, "tables/notes.yaml": NOTES, "automations/rules.yaml": rules})
        assert isinstance(found, tuple)
        assert any("referrals" in problem.text("en") for problem in found)


def test_an_old_name_is_answered_with_the_new_one() -> None:
    table = """\
        table: repairs
        was: jobs
        fields:
          memo: {was: note, type: text}
          said: {type: formula, formula: "{note} & '!'"}
        flow:
          nodes:
            mended: {was: fixed, by: [manual], requires: [note]}
        """
    alert = "alerts: {late: {on: jobs, level: red, when: {waiting_for: fixed, longer_than: 2h}}}"
    found = load({"tables/repairs.yaml": dedent(table), "automations/late.yaml": alert})
    assert isinstance(found, tuple)
    assert [problem.text("en") for problem in found] == [
        "there is no table 'jobs'. Did you mean 'repairs'?",
        "there is no 'note'. Did you mean 'memo'?",
        "there is no field 'note'. Did you mean 'memo'?",
    ]
