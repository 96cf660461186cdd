"""Scenarios played on the furniture workspace: its own, those of the language's edges, those that projects share."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from mailuo.app.scenarios import Result, lines, run_scenarios
from mailuo.metadata import read_folder
from tests.surroundings import ROOT, shared_scenarios

SHARED = shared_scenarios()
OWN = sorted(name for name in read_folder(ROOT) if name.startswith("automations/scenarios/"))
EDGES = sorted((Path(__file__).parent / "edges").glob("*.yaml"))


@cache
def results() -> Mapping[str, Result]:
    """How every scenario went, played one after another on one stage."""
    others = {_place(path): path.read_text(encoding="utf-8") for path in (*EDGES, *SHARED)}
    return {result.file: result for result in run_scenarios({**read_folder(ROOT), **others})}


def _place(path: Path) -> str:
    return f"automations/scenarios/{path.parent.name}/{path.name}"


def test_the_workspace_ships_scenarios() -> None:
    assert OWN


@pytest.mark.parametrize("file", OWN)
def test_a_scenario_of_the_workspace_passes(file: str) -> None:
    result = results()[file]
    assert result.passed, "\n".join(lines(result))


@pytest.mark.parametrize("path", EDGES, ids=lambda path: path.stem)
def test_a_scenario_of_the_edges_passes(path: Path) -> None:
    result = results()[_place(path)]
    assert result.passed, "\n".join(lines(result))


@pytest.mark.parametrize("path", SHARED or [None], ids=lambda path: path.stem if path else "none")
def test_a_shared_scenario_passes(path: Path | None) -> None:
    if path is None:
        pytest.skip("this test needs the shared scenarios: in ../shared/scenarios beside the checkout")
    result = results()[_place(path)]
    assert result.passed, "\n".join(lines(result))
