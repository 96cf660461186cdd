"""The folder of a workspace."""

from pathlib import Path

import pytest

from mailuo.metadata import compare, load, read_folder, write_folder
from mailuo.metadata.folder import name_problem
from mailuo.metadata.model import Manifest

AROUND = read_folder(Path(__file__).parents[2] / "declarations" / "around")


def test_what_is_written_out_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    files = {**AROUND, "automations/说明 (1).yaml": "# 结尾没有换行\r\ncalendars: {}"}
    write_folder(tmp_path, files)
    assert read_folder(tmp_path) == files


def test_an_export_that_is_checked_and_compared_is_no_change(tmp_path: Path) -> None:
    write_folder(tmp_path, AROUND)
    old, new = load(AROUND), load(read_folder(tmp_path))
    assert isinstance(old, Manifest)
    assert isinstance(new, Manifest)
    assert compare(old, new) == ()


def test_hidden_files_and_other_folders_are_left_alone(tmp_path: Path) -> None:
    for name in ("tables/.#t.yaml", "tables/.git/a.yaml", "bench/t.yaml", "tables/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert read_folder(tmp_path) == {}


@pytest.mark.parametrize("name", ["tables/订单.yaml", "automations/scenarios/a b (2).yml", "tables/a.json"])
def test_a_good_name_stays_below_its_folder(name: str) -> None:
    assert name_problem(name) is None


BAD = ["../x.yaml", "tables/../../x.yaml", "/etc/tables/x.yaml", "tables\\x.yaml", "tables/x\0.yaml", "tables/.x.yaml", "tables//x.yaml", "x.yaml", "tables/x.py", "", "tables/" + "x" * 300 + ".yaml"]  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_could_leave_its_folder_is_a_problem_of_the_declarations(name: str) -> None:
    problems = load({name: "table: t\nfields: {a: {type: text}}"})
    assert [problem.code for problem in problems] == ["file_name"] if isinstance(problems, tuple) else False
