"""Killed at random, a site ends where one ends that nothing happened to: nothing lost, nothing twice."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.chaos import Chaos
from tests.faults.conftest import Stage
from tests.faults.final import Final, beside, differences, final_state, left_to_do, recomputed
from tests.faults.play import Play, Script
from tests.faults.site import deployment, embedded

pytestmark = pytest.mark.faults
_STORY_SECONDS = 900.0
_REST_SECONDS = 90.0


def test_a_deployment_of_six_processes_ends_where_an_undisturbed_server_ends(
    tmp_path: Path, stage: Stage, script: Script, database: str, redis_url: str
) -> None:
    calm = stage(embedded(folder(tmp_path, "calm"), {}), script)
    wild = stage(deployment(folder(tmp_path, "wild"), {}, database, redis_url), script)
    chaos = Chaos(wild.site, Random(script.seed), 5.0, redis_url)
    calm.wait(_STORY_SECONDS, chaos.go_on)
    wild.wait(_STORY_SECONDS, chaos.go_on)
    chaos.end()
    expected, found = ended(calm), ended(wild)
    assert chaos.deeds
    told = differences(expected, found)
    assert not told, "\n".join(told)


def test_one_process_on_an_embedded_store_ends_where_an_undisturbed_server_ends(
    tmp_path: Path, stage: Stage, script: Script
) -> None:
    calm = stage(embedded(folder(tmp_path, "calm"), {}), script)
    wild = stage(embedded(folder(tmp_path, "wild"), {}), script)
    chaos = Chaos(wild.site, Random(script.seed), 7.0)
    calm.wait(_STORY_SECONDS, chaos.go_on)
    wild.wait(_STORY_SECONDS, chaos.go_on)
    chaos.end()
    expected, found = ended(calm), ended(wild)
    assert chaos.deeds
    told = differences(expected, found)
    assert not told, "\n".join(told)


def ended(play: Play) -> Final:
    """Where a play ends, once nothing is left to be done; what must hold of any end is checked."""
    with beside(play.prepared) as application:
        ends = time.monotonic() + _REST_SECONDS
        while left := left_to_do(application):
            assert time.monotonic() < ends, f"{left} {play.site.logs()}"
            time.sleep(0.2)
        assert recomputed(application) == []
        return final_state(application)


def folder(tmp_path: Path, name: str) -> Path:
    """A folder of a site."""
    made = tmp_path / name
    made.mkdir()
    return made
