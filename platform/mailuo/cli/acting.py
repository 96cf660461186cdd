"""Acting: as whom commands act, and on what."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailuo.app import Application, opened
from mailuo.cli.console import settings
from mailuo.cli.language import LANGUAGE
from mailuo.records.actor import Actor

OPERATOR = Actor("operator", "operator", kind="system", language=LANGUAGE)
"""Whoever runs commands on the machine itself may do everything."""


@contextmanager
def application() -> Iterator[Application]:
    """The application on the home of the environment, beside a server that may run there; refuses an empty home."""
    with opened(settings()) as found:
        yield found
