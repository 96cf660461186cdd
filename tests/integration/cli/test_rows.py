"""import, claims, records and erase: rows in, rows out, and a person's data gone."""

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Mailuo

pytestmark = pytest.mark.usefixtures("published")
ROWS = "诊所,asked_at,备注,doctor\n北院,2026-01-15 09:00,一,\nS,2026-01-15T09:00+08:00,二,陈工\n"
BAD = "clinic,asked_at\nX,2026-01-15T09:00+08:00\nN,2026-01-15T09:00+08:00\n"


def test_good_rows_are_written_and_can_be_read(mailuo: Mailuo) -> None:
    Path("in.csv").write_text(ROWS, "utf-8")
    assert mailuo("import", "requests", "in.csv").code == 0
    outcome = mailuo("records", "requests", "--fields", "request_no,remark", "--sort", "request_no")
    assert outcome.out.lstrip("\ufeff").split() == ["request_no,remark", "N20260115-001,一", "S20260115-001,二"]


def test_a_wrong_row_is_returned_and_the_rest_written(mailuo: Mailuo) -> None:
    Path("in.csv").write_text(BAD, "utf-8")
    outcome = mailuo("import", "requests", "in.csv")
    assert outcome.code == 1
    assert "第 2 行" in outcome.err
    assert Path("in.csv.rejects.csv").exists()
    assert mailuo("records", "requests", "--format", "ndjson").out.count("\n") == 1


def test_all_or_nothing_writes_nothing(mailuo: Mailuo) -> None:
    Path("in.csv").write_text(BAD, "utf-8")
    assert mailuo("import", "requests", "in.csv", "--all-or-nothing").code == 1
    assert mailuo("records", "requests", "--format", "ndjson").out == ""


def test_a_file_seen_before_is_skipped_unless_asked_again(mailuo: Mailuo) -> None:
    Path("in.csv").write_text(ROWS, "utf-8")
    mailuo("import", "requests", "in.csv")
    assert "--again" in mailuo("import", "requests", "in.csv").out
    assert mailuo("records", "requests", "--format", "ndjson").out.count("\n") == 2
    assert mailuo("import", "requests", "in.csv", "--again").code == 0
    assert mailuo("records", "requests", "--format", "ndjson").out.count("\n") == 4


def test_a_map_names_the_fields_of_columns(mailuo: Mailuo) -> None:
    Path("in.csv").write_text("院,时,x\nN,2026-01-15 09:00,1\n", "utf-8")
    Path("map.yaml").write_text("院: clinic\n时: asked_at\nx:\n", "utf-8")
    assert mailuo("import", "requests", "in.csv", "--map", "map.yaml").code == 0


def test_claims_move_records_on(mailuo: Mailuo) -> None:
    Path("in.csv").write_text(ROWS, "utf-8")
    mailuo("import", "requests", "in.csv")
    Path("claims.csv").write_text("record,node,at,source\nN20260115-001,ordered,2026-01-15 09:05,desk\n", "utf-8")
    assert mailuo("claims", "claims.csv").code == 0
    outcome = mailuo("records", "requests", "--filter", "{status} = 'ordered'", "--fields", "request_no")
    assert "N20260115-001" in outcome.out


def test_a_word_that_is_returned_keeps_the_hour_of_its_zone(mailuo: Mailuo) -> None:
    Path("claims.csv").write_text("record,node,at,source\nN1,ordered,2026-01-15 09:05,desk\n", "utf-8")
    assert mailuo("claims", "claims.csv").code == 1
    assert "N1,ordered,2026-01-15T09:05:00+08:00,desk" in Path("claims.csv.rejects.csv").read_text("utf-8")


def test_records_go_to_a_file_in_any_format(mailuo: Mailuo) -> None:
    for format_ in ("csv", "xlsx", "ndjson"):
        assert mailuo("records", "requests", "--format", format_, "--output", f"out.{format_}").code == 0
        assert Path(f"out.{format_}").exists()


@pytest.mark.parametrize(
    "call",
    [["records", "nothing"], ["records", "requests", "--filter", "{nothing} = 1"], ["import", "nothing", "in.csv"]],
)
def test_what_is_not_there_is_refused(mailuo: Mailuo, call: list[str]) -> None:
    Path("in.csv").write_text(ROWS, "utf-8")
    outcome = mailuo(*call)
    assert outcome.code == 1
    assert outcome.err.startswith("没有")


@pytest.mark.parametrize(
    "call", [["records"], ["records", "requests", "--format", "pdf"], ["import", "requests", "no.csv"]]
)
def test_a_wrong_call_is_told_apart(mailuo: Mailuo, call: list[str]) -> None:
    assert mailuo(*call).code == 2


def test_an_unknown_record_cannot_be_erased(mailuo: Mailuo) -> None:
    assert mailuo("erase", "requests", "N1").code == 1
    nowhere = mailuo("erase", "nothing", "N1")
    assert (nowhere.code, nowhere.err) == (1, "没有表“nothing”\n")
