"""`mailuo worker` and `mailuo scheduler`: the processes of a deployment that answer no requests; any number of each."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import click

from mailuo.app import opened
from mailuo.app.background import Background, Loop
from mailuo.base import logs
from mailuo.cli.console import say, settings
from mailuo.cli.language import told
from mailuo.cli.messages import WORKING

_NICE = 5
"""How much a worker steps back behind processes of the same machine that answer people, or say when something is due."""


@click.command(help=told("运行任务和事件，直到停止。", "Does jobs and events until it is stopped."))
def worker() -> None:
    """Does what a worker does."""
    os.nice(_NICE)
    _run("worker")


@click.command(help=told("运行时钟，直到停止。", "Fires clocks until it is stopped."))
def scheduler() -> None:
    """Does what a scheduler does."""
    _run("scheduler")


def _run(what: str) -> None:
    """Runs loops in the background of this process until a signal ends them."""
    found = settings()
    logs.begin(found.log)
    with opened(found) as application:
        application.uploads.require()
        background = application.background

        def stop(number: int, frame: FrameType | None) -> None:
            background.end()

        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, stop)
        background.start(_loops(background, what))
        say(WORKING, what=what)
        sys.stdout.flush()
        background.wait()


def _loops(background: Background, what: str) -> Sequence[Loop]:
    return background.work if what == "worker" else background.clocks
