"""Killed at random, a site ends where one ends that nothing happened to: nothing lost, nothing twice, no alert late."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.faults.chaos import Chaos, Gap
from tests.faults.conftest import Stage
from tests.faults.final import Final, beside, differences, final_state, latenesses, left_to_do, recomputed
from tests.faults.play import Play, Script, made_ready
from tests.faults.site import Site, deployment, embedded

pytestmark = pytest.mark.faults
_STORY_SECONDS = 3600.0
"""From the last birth to the end of its story, however slow it was asked to be."""
_DEEDS = 150
_REST_SECONDS = 1200.0
"""A vendor that asks for patience is asked again minutes later, and seven days of a slow story are ten minutes."""
_LATE = timedelta(seconds=2)
Make = Callable[[Path], Site]
Disturb = Callable[[Site, Random], Chaos]


@pytest.fixture
def six_processes(database: str, redis_url: str) -> Make:
    """Makes a deployment; asked for before the stage, whose plays then end before its database is gone."""
    return lambda folder: deployment(folder, {}, database, redis_url)


def test_a_deployment_that_is_killed_often_ends_where_an_undisturbed_server_ends(
    tmp_path: Path, six_processes: Make, stage: Stage, script: Script, redis_url: str
) -> None:
    pause = max(5.0, script.births_seconds / _DEEDS)
    ends_alike(tmp_path, stage, script, six_processes, lambda site, random: Chaos(site, random, pause, _DEEDS, redis_url))


def test_one_process_that_is_killed_often_ends_where_an_undisturbed_server_ends(
    tmp_path: Path, stage: Stage, script: Script
) -> None:
    pause = max(7.0, script.births_seconds / _DEEDS)
    ends_alike(tmp_path, stage, script, one_process, lambda site, random: Chaos(site, random, pause, _DEEDS))


def one_process(folder: Path) -> Site:
    """A site of one process, on a store in a file."""
    return embedded(folder, {})


def ends_alike(tmp_path: Path, stage: Stage, script: Script, make: Make, disturb: Disturb) -> None:
    """Plays a script twice, the second time with chaos, and compares the ends; no alert may be late."""
    sites = one_process(folder(tmp_path, "calm")), make(folder(tmp_path, "wild"))
    ready = [made_ready(site, script) for site in sites]
    script = script.begun()
    calm, wild = (stage(site, script, each) for site, each in zip(sites, ready, strict=True))
    chaos = disturb(wild.site, Random(script.seed))
    for play in (calm, wild):
        play.wait(2 * script.births_seconds + _STORY_SECONDS, chaos.go_on)
    chaos.end()
    expected, found = ended(calm), ended(wild)
    assert chaos.deeds
    told = differences(expected, found)
    assert not told, "\n".join([*told, f"after {chaos.deeds}"])
    assert latest(calm) <= _LATE
    assert latest(wild, chaos.gaps) <= _LATE


def ended(play: Play) -> Final:
    """Where a play ends, once nothing is left to be done; what must hold of any end is checked."""
    with beside(play.ready.settings) as application:
        ends = time.monotonic() + _REST_SECONDS
        while left := left_to_do(application, with_time=True):
            assert time.monotonic() < ends, f"{left} {play.site.logs()}"
            time.sleep(0.2)
        assert recomputed(application) == []
        return final_state(application)


def latest(play: Play, gaps: Sequence[Gap] = ()) -> timedelta:
    """By how much the alert was late that was so most; `gaps` says when nobody could have opened it."""
    with beside(play.ready.settings) as application:
        return max(latenesses(application, gaps), default=timedelta())


def folder(tmp_path: Path, name: str) -> Path:
    """A folder of a site."""
    made = tmp_path / name
    made.mkdir()
    return made
