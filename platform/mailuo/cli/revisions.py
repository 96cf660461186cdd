"""`mailuo revisions`, `rollback` and `export`: what was published, going back to it, and getting it out."""

from pathlib import Path

import click

from mailuo.app.messages import NOTHING_PUBLISHED
from mailuo.base.moments import format_moment
from mailuo.base.problems import Refusal
from mailuo.cli.acting import OPERATOR
from mailuo.cli.console import say, settings
from mailuo.cli.folders import NEW_FOLDER
from mailuo.cli.language import told
from mailuo.cli.messages import EXPORTED, OTHER_FILES, PUBLISHED
from mailuo.cli.publish import bring_up, declared
from mailuo.metadata import read_folder, write_folder


@click.command(help=told("发布的历史，新的在前。", "What was published, newest first."))
@click.option("--limit", default=50, type=click.IntRange(1, 10_000), help=told("最多几行", "at most so many lines"))
def revisions(limit: int) -> None:
    """Prints a line a revision: number, whether it is running, when, by whom, why."""
    zone = settings().timezone
    with declared() as (_, declarations):
        for each in declarations.revisions(limit=limit):
            mark = "*" if each.state == "serving" else " "
            at = format_moment(each.at.replace(microsecond=0), zone)
            click.echo(f"{mark} {each.number}\t{at}\t{each.by}\t{each.message}".rstrip())


@click.command(help=told("回到版本 N：以它的声明发布一个新版本。", "Publishes the declarations of revision N again."))
@click.argument("number", metavar="N", type=click.IntRange(1))
def rollback(number: int) -> None:
    """Puts an earlier revision's declarations in force as a new revision, with the data that belonged to them."""
    with declared() as (store, declarations):
        if declarations.running() is None:
            raise Refusal(NOTHING_PUBLISHED())
        revision = declarations.rollback(number, OPERATOR)
        say(PUBLISHED, revision=revision.number)
        bring_up(store)


@click.command(help=told("把现行声明写进 DIR。", "Writes the running declarations into DIR."))
@click.argument("folder", metavar="DIR", type=NEW_FOLDER)
def export(folder: Path) -> None:
    """Writes every file as it was published; refuses a folder that holds declarations which are not running."""
    with declared() as (_, declarations):
        running = declarations.running()
        if running is None:
            raise Refusal(NOTHING_PUBLISHED())
        files = declarations.files(running.number)
    others = sorted(set(read_folder(folder)) - set(files))
    if others:
        raise Refusal(OTHER_FILES(folder=folder, names=", ".join(others[:5])))
    write_folder(folder, files)
    say(EXPORTED, count=len(files), folder=folder, revision=running.number)
