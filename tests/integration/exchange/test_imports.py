"""Imports: good rows are written, the others come back with reasons, and a file that comes twice doubles nothing."""

from typing import Any

import pytest

from mailuo.base.problems import Refusal
from mailuo.exchange import Wish
from mailuo.exchange.wish import Imported
from mailuo.records.actor import SYSTEM
from tests.integration.exchange.conftest import House, person, told

PATIENTS = "patient_no,name,phone,city\nP1,张三,13812345678,杭州\nP2,李四,,上海\n"
SOME = 2_500


def many(count: int, bad: int = 0) -> str:
    """A file of so many patients, of whom one has no name."""
    lines = (f"P{number},{'' if number == bad else '某'},,\n" for number in range(1, count + 1))
    return "patient_no,name,phone,city\n" + "".join(lines)


def refused(house: House, table: str, content: str, **wish: Any) -> list[tuple[str | None, str]]:
    """The (column, code) of everything for which a file is refused whole."""
    with pytest.raises(Refusal) as refusal:
        house.drop(table, content, **wish)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def test_rows_become_records_and_blank_is_null(clinic: House) -> None:
    outcome = clinic.drop("patients", PATIENTS)
    assert (outcome.written, outcome.rejected, outcome.rejects_file) == (2, 0, None)
    assert clinic.rows("patients", "patient_no", "name", "phone") == [
        ("P1", "张三", "13812345678"),
        ("P2", "李四", None),
    ]


def test_headers_are_matched_to_titles_whatever_their_case_and_blanks(clinic: House) -> None:
    clinic.drop("patients", " 病人 号 ,NAME,电话\n00892,张三,\n")
    assert clinic.rows("patients", "patient_no", "name") == [("00892", "张三")]


def test_an_unknown_column_refuses_the_file_with_the_near_name(clinic: House) -> None:
    content = "patient_no,nmae,shoe\nP1,张三,42\n"
    assert refused(clinic, "patients", content) == [("nmae", "unknown_column"), ("shoe", "unknown_column")]
    with pytest.raises(Refusal, match="Did you mean 'name'"):
        clinic.drop("patients", content)
    assert clinic.rows("patients", "patient_no") == []


def test_two_columns_for_one_field_are_refused(clinic: House) -> None:
    assert refused(clinic, "patients", "patient_no,name,姓名\nP1,a,b\n") == [("姓名", "double_column")]


def test_a_mapping_names_the_field_of_a_column_and_what_it_leaves_out_is_said(clinic: House) -> None:
    content = "编号,称呼,鞋码\nP1,张三,42\n"
    outcome = clinic.drop("patients", content, mapping={"编号": "patient_no", "称呼": "姓名"})
    assert outcome.left_out == ("鞋码",)
    assert clinic.rows("patients", "patient_no", "name") == [("P1", "张三")]


def test_a_mapping_of_a_column_that_is_not_there_is_refused(clinic: House) -> None:
    assert refused(clinic, "patients", PATIENTS, mapping={"cty": "city"}) == [(None, "unknown_column")]


def test_what_is_wrong_with_a_row_names_its_number_and_column(clinic: House) -> None:
    content = "病人号,姓名,电话\nP1,张三,\nP2,,\nP3,李四,abc\nP1,王五,\n"
    outcome = clinic.drop("patients", content)
    assert told(outcome) == [(3, "姓名", "required"), (4, "电话", "invalid"), (5, "病人号", "not_unique")]
    assert (outcome.written, outcome.rejected) == (1, 3)


def test_returned_rows_can_be_mended_and_dropped_in_again(clinic: House) -> None:
    clinic.drop("patients", "patient_no,name,phone\nP1,张三,\nP2,,=1+1\n")
    rows = clinic.returned()
    assert [(row["patient_no"], row["phone"], row["#row"]) for row in rows] == [("P2", "'=1+1", "3")]
    assert "姓名" in rows[0]["#reason"]
    mended = (clinic.folder / "file.csv.rejects.csv").read_text("utf-8-sig").replace("P2,,'=1+1", "P2,李四,")
    assert clinic.drop("patients", mended, "mended.csv").written == 1


def test_a_number_that_a_spreadsheet_shortened_is_flagged_not_stored(clinic: House) -> None:
    outcome = clinic.drop("patients", "patient_no,name\n2.67891E+18,张三\n1.23E+11,李四\n00892,王五\n")
    assert told(outcome) == [(2, "patient_no", "shortened"), (3, "patient_no", "shortened")]
    assert clinic.rows("patients", "patient_no") == [("00892",)]


def test_a_character_that_no_store_carries_spoils_only_its_row(clinic: House) -> None:
    outcome = clinic.drop("patients", "patient_no,name\nP1,a\x00b\nP2,c\n")
    assert told(outcome) == [(2, "name", "invalid")]
    assert clinic.rows("patients", "patient_no") == [("P2",)]


def test_links_by_key_and_naked_times_in_the_zone_of_the_workspace(clinic: House) -> None:
    clinic.drop("patients", PATIENTS)
    header = "诊所,就诊时间,病人,费用,等候周数,标签\n"
    outcome = clinic.drop(
        "referrals",
        header + '北院,2026/1/5 9:30,P1,"1,280.50",2,a、b\nN,2026-01-05 09:30,P9,,,\nN,2026/2/30 9:30,P1,,,\n',
    )
    assert told(outcome) == [(3, "病人", "not_found"), (4, "就诊时间", "invalid")]
    assert clinic.rows("referrals", "referral_no", "seen_at", "patient", "fee", "labels") == [
        ("N20260105-001", "2026-01-05T09:30:00+08:00", "P1", "1280.50", ["a", "b"])
    ]


def test_old_keys_may_be_brought_and_new_ones_follow_them(clinic: House) -> None:
    clinic.drop("referrals", "referral_no,clinic,seen_at\nN20260105-041,N,2026-01-05 09:30\n,N,2026-01-05 10:30\n")
    assert clinic.rows("referrals", "referral_no") == [("N20260105-041",), ("N20260105-042",)]


def test_an_upsert_changes_what_is_there_and_adds_what_is_not(clinic: House) -> None:
    clinic.drop("patients", PATIENTS)
    outcome = clinic.drop("patients", "patient_no,city\nP1,\nP3,苏州\n", "more.csv", upsert=True)
    assert told(outcome) == [(3, "name", "required")]
    assert clinic.rows("patients", "patient_no", "name", "city") == [("P1", "张三", None), ("P2", "李四", "上海")]


def test_an_upsert_needs_the_key(clinic: House) -> None:
    assert refused(clinic, "patients", "name\n张三\n", upsert=True) == [(None, "needs_key")]


def test_a_file_seen_before_is_said_so_and_skipped_unless_asked_again(clinic: House) -> None:
    clinic.drop("patients", PATIENTS)
    second = clinic.drop("patients", PATIENTS, "under another name.csv")
    assert second.seen is not None
    assert (second.written, second.seen.by) == (0, "system")
    assert told(clinic.drop("patients", PATIENTS, again=True)) == [
        (2, "patient_no", "not_unique"),
        (3, "patient_no", "not_unique"),
    ]
    assert len(clinic.rows("patients", "patient_no")) == 2


def test_a_file_of_which_nothing_was_written_may_come_again(clinic: House) -> None:
    content = "clinic,seen_at,patient\nN,2026-01-05 09:30,P1\n"
    assert clinic.drop("referrals", content).rejected == 1
    clinic.drop("patients", PATIENTS)
    assert clinic.drop("referrals", content).written == 1


def test_all_or_nothing_writes_nothing_when_one_row_of_many_is_wrong(clinic: House) -> None:
    outcome = clinic.drop("patients", many(SOME, bad=2_001), all_or_nothing=True)
    assert (outcome.written, told(outcome)) == (0, [(2_002, "name", "required")])
    assert clinic.rows("patients", "patient_no") == []
    assert clinic.drop("patients", many(SOME), "good.csv", all_or_nothing=True).written == SOME
    assert clinic.drop("patients", many(SOME), "good.csv", all_or_nothing=True).seen


def test_otherwise_the_good_rows_are_written_and_progress_is_told_by_portions(clinic: House) -> None:
    outcome = clinic.drop("patients", many(SOME, bad=2_001))
    assert (outcome.written, outcome.rejected) == (SOME - 1, 1)
    assert [tuple(step) for step in clinic.steps] == [(1_000, SOME, 0), (2_000, SOME, 0), (SOME, SOME, 1)]


def test_a_trial_names_what_is_wrong_across_portions_and_writes_nothing(clinic: House) -> None:
    content = many(SOME) + "P7,again,,\n"
    outcome = clinic.drop("patients", content, dry_run=True)
    assert told(outcome) == [(SOME + 2, "patient_no", "not_unique")]
    assert clinic.rows("patients", "patient_no") == []
    assert clinic.drop("patients", content).written == SOME


def test_what_a_crash_left_is_taken_up_where_it_stopped(clinic: House) -> None:
    class Died(Exception):
        pass

    def dies(progress: object) -> None:
        if getattr(progress, "done", 0) == 1_000:
            raise Died

    path = clinic.file(many(SOME))
    with pytest.raises(Died):
        clinic.imports.run(SYSTEM, "patients", path, Wish(), dies)
    assert len(clinic.rows("patients", "patient_no")) == 1_000
    outcome = clinic.imports.run(SYSTEM, "patients", path)
    assert (outcome.resumed_after, outcome.written, outcome.rejected) == (1_000, SOME - 1_000, 0)
    assert len(clinic.rows("patients", "patient_no")) == SOME


def test_a_run_that_was_taken_over_writes_nothing_more(clinic: House) -> None:
    path, nested = clinic.file(many(SOME)), list[Imported]()

    def other_comes(progress: object) -> None:
        if not nested:
            nested.append(Imported("", 0))
            nested.append(clinic.imports.run(SYSTEM, "patients", path))

    with pytest.raises(Refusal, match="taken this file over"):
        clinic.imports.run(SYSTEM, "patients", path, Wish(), other_comes)
    assert nested[1].written == SOME - 1_000
    assert len(clinic.rows("patients", "patient_no")) == SOME


def test_who_may_not_import_is_refused(clinic: House) -> None:
    with pytest.raises(Refusal) as refusal:
        clinic.drop("patients", PATIENTS, by=person("desk", rights=()))
    assert refusal.value.code == "not_permitted"


def test_masked_and_hidden_columns_are_refused_like_fields_that_are_not_there(clinic: House) -> None:
    desk = person("desk")
    assert refused(clinic, "patients", "patient_no,name,phone\nP1,a,1\n", by=desk)[0][0] in ("patient_no", "phone")
    assert refused(clinic, "referrals", "clinic,seen_at,cost\nN,2026-01-05 09:30,1\n", by=desk) == [
        ("cost", "unknown_column")
    ]


def test_lines_of_json_are_taken_in_with_what_they_do_not_name_left_to_its_default(clinic: House) -> None:
    lines = '{"clinic": "N", "seen_at": "2026-01-05T09:30:00+08:00"}\n{"clinic": "S", "seen_at": "2026-01-05T09:30:00Z", "urgent": null}\n'
    clinic.drop("referrals", lines, "file.ndjson")
    assert clinic.rows("referrals", "referral_no", "urgent") == [("N20260105-001", False), ("S20260105-001", None)]


def test_a_brought_key_that_does_not_fit_its_record_is_left_out_when_numbers_are_given(clinic: House) -> None:
    clinic.drop("referrals", "referral_no,clinic,seen_at\nN20260105-001,S,2026-02-05 09:30\n")
    clinic.drop("referrals", "clinic,seen_at\nN,2026-01-05 10:30\nN,2026-01-05 11:30\n", "more.csv")
    created = clinic.records.create(SYSTEM, "referrals", {"clinic": "N", "seen_at": "2026-01-05T12:30:00+08:00"})
    assert created["referral_no"] == "N20260105-004"
