"""Sites in real processes, and the story that is played against them."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.faults.play import Play, Ready, Script, playing
from tests.faults.pressed import pressed_workspace
from tests.faults.site import Site

SEED = 20260115
STORY = {
    "backlog =": "backlog = 0",
    "phone =": 'phone = "139{n:08}"',  # nobody buys three times a day, which a rule looks at
    'after = ["return_closed"]': 'after = ["signed"]',  # the voucher is there when it is looked for
    "share = 0.03": "share = 0.0",  # what is cancelled before anybody asked for it never comes
    "share = 0.015": "share = 0.0",  # nor is it known how far rules of ours have come when somebody returns something
    "stuck = 0.01": "stuck = 0.2",  # alerts that are true at the end
    "stuck = 0.02": "stuck = 0.2",
    'slow = {share = 0.05, wait = ["26h", "40h"]}': "stuck = 0.1",
    "promised_at =": 'promised_at = {by = "kind", is = {standard = {now = "6s"}, custom = {now = "20s"}}}',
}
Stage = Callable[[Site, Script, Ready], Play]


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Begins plays; they end with the test."""
    with ExitStack() as open_plays:
        yield lambda site, script, ready: open_plays.enter_context(playing(site, script, ready))


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """A story of a dozen days in half a minute; of more records and slower, or another, where the environment says so."""
    births = int(os.environ.get("MAILUO_TEST_RECORDS", "60"))
    speed = float(os.environ.get("MAILUO_TEST_SPEED", "34560"))
    per_day = int(os.environ.get("MAILUO_TEST_PER_DAY", str(births)))
    seed = int(os.environ.get("MAILUO_TEST_SEED", str(SEED)))
    workspace = pressed_workspace(tmp_path / "workspace", speed, STORY)
    return Script(workspace, speed, births, per_day, seed, 0.1)


@pytest.fixture
def database(postgres_server: str) -> Iterator[str]:
    """An empty database."""
    name = f"mailuo_faults_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield postgres_server.replace("/postgres?", f"/{name}?")
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
