"""A play: a site, the simulation that plays against it, and the state that they end in."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
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
_DAY_SECONDS = 86_400
_LEAD = timedelta(seconds=16)
ROLES = (
    "sales_lead designer production_manager supply_director logistics logistics_lead warehouse service planner risk"
).split()  # fmt: skip


@dataclass(frozen=True)
class Script:
    """What is played: the workspace's story, how fast, how much of it, which, with which faults, and from when."""

    workspace: Path
    speed: float
    births: int
    per_day: int
    seed: int
    faults: float
    start: datetime | None = None

    def begun(self) -> "Script":
        """The same, beginning as soon as sites that have been made ready are up."""
        return replace(self, start=(datetime.now(UTC) + _LEAD).replace(microsecond=0))

    @property
    def births_seconds(self) -> float:
        """How long it takes until all are born, in seconds of the clock on the wall."""
        return self.births / self.per_day * _DAY_SECONDS / self.speed

    @property
    def options(self) -> list[str]:
        """The options of `mailuo simulate`."""
        named = {"workspace": self.workspace, "speed": self.speed, "records": self.births, "seed": self.seed}
        named |= {"orders-per-day": self.per_day, "faults": self.faults}
        if self.start is not None:
            named["start"] = self.start.strftime("%Y-%m-%dT%H:%M:%S%z")
        return [part for name, value in named.items() for part in (f"--{name}", str(value))]


@dataclass(frozen=True)
class Ready:
    """A site that is ready to be played against: how its store is opened, and a token."""

    settings: Settings
    token: str


@dataclass
class Play:
    """A site with its simulation."""

    site: Site
    script: Script
    player: "subprocess.Popen[bytes]"
    report_file: Path
    ready: Ready

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
def playing(site: Site, script: Script, ready: Ready) -> Iterator[Play]:
    """The play, while the block runs: the outside first, which says how it is reached, then the site."""
    report, file = site.folder / "report.json", site.folder / "environment"
    site.environment = {**site.environment, "MAILUO_RETRY_WAITS": "1s,1s,2s,2s,4s", "MAILUO_POLL_SECONDS": "1"}
    urls = [part for url in site.urls for part in ("--url", url)]
    command = ["simulate", *script.options, *urls, "--env", str(file), "--report", str(report)]
    with (site.folder / "simulate.log").open("wb") as log:
        player = subprocess.Popen(
            [*with_us(), sys.executable, "-m", "mailuo", *command],
            env={**os.environ, "MAILUO_TOKEN": ready.token},
            stdout=log,
            stderr=log,
        )
    try:
        site.environment = {**site.environment, **_environment(file)}
        with site:
            site.wait_until_ready()
            yield Play(site, script, player, report, ready)
    finally:
        player.terminate()
        player.wait()


def made_ready(site: Site, script: Script) -> Ready:
    """What to play with on a site, now that the workspace is published there, and its people are."""
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
    return Ready(replace(settings, redis_url=None), token)


def _environment(file: Path) -> Mapping[str, str]:
    ends = time.monotonic() + _START_SECONDS
    while not file.exists():
        assert time.monotonic() < ends, "the outside did not start"
        time.sleep(0.05)
    return read_environment(file)
