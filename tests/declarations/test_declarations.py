"""Declarations that are right load; those that are wrong say exactly what is wrong, in both languages."""

from pathlib import Path

import pytest

from mailuo.base.problems import Problems
from mailuo.metadata import Manifest, load, read_folder

HERE = Path(__file__).parent
AROUND = read_folder(HERE / "around")
"""A small clinic, into which every file of `good` and `bad` is put."""


def loaded(path: Path) -> Manifest | Problems:
    return load({**AROUND, f"automations/{path.name}": path.read_text(encoding="utf-8")})


def test_the_clinic_around_them_is_right() -> None:
    assert isinstance(load(AROUND), Manifest)


@pytest.mark.parametrize("path", sorted((HERE / "good").iterdir()), ids=lambda path: path.stem)
def test_a_good_declaration_loads(path: Path) -> None:
    result = loaded(path)
    assert isinstance(result, Manifest), [problem.line("en") for problem in result]


@pytest.mark.parametrize("path", sorted((HERE / "bad").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_declaration_says_exactly_what_is_wrong(path: Path) -> None:
    problems = loaded(path)
    assert isinstance(problems, tuple)
    said = [problem.line("zh") for problem in problems] + [""] + [problem.line("en") for problem in problems]
    assert said == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def test_every_bad_declaration_has_its_messages_and_every_message_its_declaration() -> None:
    stems = {ending: {path.stem for path in (HERE / "bad").glob(f"*{ending}")} for ending in (".yaml", ".txt")}
    assert stems[".yaml"] == stems[".txt"]
