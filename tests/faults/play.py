"""A play: a site, the simulation that plays against it, and the state that they end in."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mailuo.app import Application
from mailuo.base.settings import Settings
from mailuo.cli.acting import OPERATOR
from mailuo.cli.simulation.environment import read_environment
from mailuo.cli.simulation.reading import read_story
from mailuo.records.actor import ADMIN
from tests.faults.site import Site, with_us

_START_SECONDS = 30
ROLES = (
    "sales_lead designer production_manager supply_director logistics logistics_lead warehouse service planner risk"
).split()  # fmt: skip


@dataclass(frozen=True)
class Script:
    """What is played: the workspace's story, how fast, from when, how much of it, with which faults."""

    workspace: Path
    start: datetime
    speed: float
    births: int
    per_day: int
    seed: int
    faults: float

    @property
    def options(self) -> list[str]:
        """The options of `mailuo simulate`."""
        named = {"workspace": self.workspace, "speed": self.speed, "records": self.births, "seed": self.seed}
        named |= {
            "orders-per-day": self.per_day,
            "faults": self.faults,
            "start": self.start.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }
        return [part for name, value in named.items() for part in (f"--{name}", str(value))]


@dataclass
class Play:
    """A site with its simulation."""

    site: Site
    script: Script
    player: "subprocess.Popen[bytes]"
    report_file: Path
    prepared: Settings

    def is_over(self) -> bool:
        """Whether all is told."""
        return self.report_file.exists()

    def wait(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Returns when all is told, and nothing is left to be done."""
        ends = time.monotonic() + seconds
        while not self.is_over():
            assert self.player.poll() is None, self.site.logs()
            assert time.monotonic() < ends, f"the story never ended: {self.site.logs()}"
            meanwhile()
            time.sleep(0.1)

    @property
    def report(self) -> dict[str, Any]:
        """The simulation's own tally."""
        told: dict[str, Any] = json.loads(self.report_file.read_text("utf-8"))
        return told


@contextmanager
def playing(site: Site, script: Script) -> Iterator[Play]:
    """The play, while the block runs: the outside first, which says how it is reached, then the site."""
    report, file = site.folder / "report.json", site.folder / "environment"
    prepared, token = _prepared(site, script)
    site.environment = {**site.environment, "MAILUO_RETRY_WAITS": "1s,1s,2s,2s,4s", "MAILUO_POLL_SECONDS": "1"}
    urls = [part for url in site.urls for part in ("--url", url)]
    command = ["simulate", *script.options, *urls, "--env", str(file), "--report", str(report)]
    with (site.folder / "simulate.log").open("wb") as log:
        player = subprocess.Popen(
            [*with_us(), sys.executable, "-m", "mailuo", *command],
            env={**os.environ, "MAILUO_TOKEN": token},
            stdout=log,
            stderr=log,
        )
    try:
        site.environment = {**site.environment, **_environment(file)}
        with site:
            site.wait_until_ready()
            yield Play(site, script, player, report, prepared)
    finally:
        player.terminate()
        player.wait()


def _prepared(site: Site, script: Script) -> tuple[Settings, str]:
    """The settings of a site on which the workspace is published, with its people, and a token to play with."""
    settings = Settings.from_environment(site.environment)
    application = Application.open(settings, serving=True, workspace=script.workspace)
    try:
        for role in ROLES:
            application.accounts.add_person(
                role, [role], email=f"{role}@example.com", wecom=role, password="not-a-secret-1"
            )
        token = application.accounts.add_token("simulate", [ADMIN], read_story(script.workspace).sources, OPERATOR)
    finally:
        application.close()
    return replace(settings, redis_url=None), token


def _environment(file: Path) -> Mapping[str, str]:
    ends = time.monotonic() + _START_SECONDS
    while not file.exists():
        assert time.monotonic() < ends, "the outside did not start"
        time.sleep(0.05)
    return read_environment(file)
