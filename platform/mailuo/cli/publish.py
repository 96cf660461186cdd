"""`mailuo plan` and `mailuo apply`: what publishing a workspace would do, and doing it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mailuo.app.application import Application, declarations_of
from mailuo.app.declarations import Declarations, Plan
from mailuo.app.plan import Consequence
from mailuo.base.clock import SystemClock
from mailuo.base.problems import Refusal
from mailuo.cli.acting import OPERATOR
from mailuo.cli.console import fail, mention, say, settings
from mailuo.cli.folders import WORKSPACE
from mailuo.cli.language import LANGUAGE, said, told
from mailuo.cli.messages import (
    ASK_TO_PUBLISH,
    CHANGES,
    FIRST_CHANGES,
    NEEDS_YES,
    NO_CHANGE,
    PUBLISHED,
    RECOMPUTED,
    REFUSED,
    RISKS,
)
from mailuo.metadata import read_folder
from mailuo.metadata.grammar_messages import NO_DECLARATIONS
from mailuo.storage import publishing
from mailuo.storage.engine import Store

_MARKS = {"loses_data": "！", "needs_default": "！", "outside": "！", "refused": "×"}


@click.command(help=told("发布 DIR 会改变什么；不做任何改动。", "What publishing DIR would change; changes nothing."))
@WORKSPACE
def plan(folder: Path) -> None:
    """Prints every change in a sentence; exits with 1 when the files are wrong or cannot be published."""
    with declared() as (_, declarations):
        files = _files(folder)
        found = declarations.plan(files)
        if files == declarations.files():
            say(NO_CHANGE, revision=found.base)
            return
        _show(found)
        if found.refused:
            fail()


@click.command(help=told("把 DIR 发布为新版本。", "Publishes DIR as a new revision."))
@WORKSPACE
@click.option("--yes", is_flag=True, help=told("不再询问", "do not ask"))
@click.option("--message", default="", help=told("这次发布的说明", "what this publication is about"))
def apply(folder: Path, yes: bool, message: str) -> None:
    """Shows the plan, asks, and publishes; what is running already is not published again."""
    with declared() as (store, declarations):
        files = _files(folder)
        found = declarations.plan(files)
        if files == declarations.files():
            say(NO_CHANGE, revision=found.base)
            return
        _show(found)
        if found.refused:
            fail()
        if not yes:
            _ask()
        revision = declarations.publish(files, message, found.base, found.confirm, OPERATOR)
        say(PUBLISHED, revision=revision.number)
        bring_up(store)


@contextmanager
def declared() -> Iterator[tuple[Store, Declarations]]:
    """The store of the environment and its declarations; there may be none yet."""
    found = settings()
    store = Store.open(found.database_url, found.home)
    try:
        publishing.resume(store)
        yield store, declarations_of(found, store, SystemClock())
    finally:
        store.close()


def bring_up(store: Store) -> None:
    """Brings the records under way up to the revision in force, unless a server is at it already."""
    count = Application.over(settings(), store, SystemClock()).recomputation.run()
    if count:
        mention(RECOMPUTED, count=count)


def _files(folder: Path) -> dict[str, str]:
    files = read_folder(folder)
    if not files:
        raise Refusal(NO_DECLARATIONS(folder=folder))
    return files


def _show(found: Plan) -> None:
    """Prints what would change; what is risky is marked."""
    if found.base is None:
        say(FIRST_CHANGES, count=len(found.changes))
    else:
        say(CHANGES, revision=found.base, count=len(found.changes))
    for change in found.changes:
        click.echo(f"{_mark(change)} {change.path}: {change.sentence.text(LANGUAGE)}")
    if found.risks:
        say(RISKS, count=len(found.risks))
    if found.refused:
        say(REFUSED, count=len(found.refused))


def _mark(change: Consequence) -> str:
    if change.risk == "refused" or change.is_risk:
        return _MARKS[change.risk]
    return "?" if change.kind == "warned" else "·"


def _ask() -> None:
    """Asks whoever sits at the terminal; without one, `--yes` is the only answer that counts."""
    if not sys.stdin.isatty():
        mention(NEEDS_YES)
        fail()
    if not click.confirm(said(ASK_TO_PUBLISH), err=True):
        fail()
