"""The sample: `mailuo simulate` as a process of its own beside the server.

It starts before the server does and says how its vendors are reached; it plays once it is given a token, which ends with it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mailuo.app import Application
from mailuo.base.problems import Refusal
from mailuo.cli.acting import OPERATOR
from mailuo.cli.messages import NO_SAMPLE
from mailuo.cli.simulation.environment import read_environment
from mailuo.cli.simulation.reading import read_story
from mailuo.records.actor import ADMIN

_START_SECONDS = 30
_SEED = "20260117"
_STOP_SECONDS = 5


class Sample:
    """A simulation that waits to play."""

    def __init__(self, player: "subprocess.Popen[str]", workspace: Path, environment: Mapping[str, str]) -> None:
        self._player = player
        self._workspace = workspace
        self.environment = environment

    def play(self, application: Application) -> None:
        """Lets it play against the server."""
        sources = read_story(self._workspace).sources
        token = application.accounts.add_token("sample", [ADMIN], sources, OPERATOR)
        if self._player.stdin is not None:
            self._player.stdin.write(f"{token}\n")
            self._player.stdin.close()


@contextmanager
def living_sample(workspace: Path, url: str, speed: float) -> Iterator[Sample]:
    """The workspace's story about to be played, while the block runs."""
    read_story(workspace)
    with tempfile.TemporaryDirectory(prefix="mailuo-sample-") as folder:
        file = Path(folder, "environment")
        options = ["--url", url, "--workspace", str(workspace), "--speed", f"{speed:g}", "--env", str(file)]
        options += ["--scenes", "--seed", _SEED]
        player = subprocess.Popen(
            [sys.executable, "-m", "mailuo", "simulate", *options],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield Sample(player, workspace, _environment(player, file))
        finally:
            _stop(player)


def _environment(player: "subprocess.Popen[str]", file: Path) -> Mapping[str, str]:
    """What the vendors say of themselves, once they listen."""
    deadline = time.monotonic() + _START_SECONDS
    while not file.exists():
        if player.poll() is not None or time.monotonic() > deadline:
            raise Refusal(NO_SAMPLE())
        time.sleep(0.05)
    environment = read_environment(file)
    file.unlink()
    return {**environment, **{name: os.environ[name] for name in environment if os.environ.get(name)}}


def _stop(player: "subprocess.Popen[str]") -> None:
    player.terminate()
    try:
        player.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        player.kill()
