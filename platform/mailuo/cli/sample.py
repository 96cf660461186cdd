"""The sample: `mailuo simulate` as a process of its own beside the server, with a token that ends with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailuo.app import Application
from mailuo.cli.acting import OPERATOR
from mailuo.cli.simulation import TOKEN
from mailuo.cli.simulation.reading import read_story
from mailuo.records.actor import ADMIN

_STOP_SECONDS = 5


@contextmanager
def living_sample(application: Application, workspace: Path, url: str) -> Iterator[None]:
    """Plays the workspace's story against the server while it runs."""
    sources = read_story(workspace).sources
    token = application.accounts.add_token("sample", [ADMIN], sources, OPERATOR)
    command = [sys.executable, "-m", "mailuo", "simulate", "--url", url, "--workspace", str(workspace)]
    player = subprocess.Popen(command, env={**os.environ, TOKEN: token}, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        player.terminate()
        try:
            player.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            player.kill()
