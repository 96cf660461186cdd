"""The console: what commands read of the environment, and how they print. Results go to stdout, all else to stderr."""

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from mailuo.base.problems import Message, Problem
from mailuo.base.settings import Settings
from mailuo.cli.language import LANGUAGE, said

LOG = logging.getLogger("mailuo.cli")


def settings() -> Settings:
    """The settings of the environment; refuses wrong ones."""
    return Settings.from_environment(os.environ)


def log_path() -> Path:
    """The file below the home in which commands tell of faults."""
    return Path(os.environ.get("MAILUO_HOME") or "var").absolute() / "mailuo.log"


def say(message: Message, **values: object) -> None:
    """Prints a result."""
    click.echo(said(message, **values))


def mention(message: Message, **values: object) -> None:
    """Prints what goes beside the result, to stderr."""
    click.echo(said(message, **values), err=True)


def complain(problems: Iterable[Problem]) -> None:
    """Prints problems to stderr, a line each."""
    for problem in problems:
        click.echo(problem.line(LANGUAGE) if problem.place else problem.text(LANGUAGE), err=True)


def fail() -> NoReturn:
    """Ends the command with 1: what was given is wrong."""
    raise click.exceptions.Exit(1)
