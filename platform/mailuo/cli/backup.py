"""`mailuo backup` and `mailuo restore`: the whole system in one file, and back."""

from contextlib import closing
from pathlib import Path

import click

from mailuo.base.problems import Refusal
from mailuo.cli.console import say, settings
from mailuo.cli.folders import EXISTING_FILE, NEW_FILE
from mailuo.cli.language import told
from mailuo.cli.messages import FILE_THERE, RESTORED, SAVED
from mailuo.storage import backup as backups
from mailuo.storage.depot import depot_of
from mailuo.storage.engine import Store


@click.command(
    help=told("把数据库和附件备份到 FILE；服务可以继续运行。", "Saves database and files to FILE; a server may go on.")
)
@click.argument("file", metavar="FILE", type=NEW_FILE)
def backup(file: Path) -> None:
    """Writes the backup; the file is whole or not there."""
    if file.exists():
        raise Refusal(FILE_THERE(file=file))
    found = settings()
    with closing(Store.open(found.database_url, found.home)) as store, closing(depot_of(found.files)) as depot:
        if wrong := depot.trouble():
            raise Refusal(wrong)
        file.absolute().parent.mkdir(parents=True, exist_ok=True)
        backups.save(store, depot, file)
    say(SAVED, file=file, size=f"{file.stat().st_size:,}")


@click.command(
    help=told("把备份 FILE 恢复到空的数据目录和数据库。", "Brings FILE back into an empty home and database.")
)
@click.argument("file", metavar="FILE", type=EXISTING_FILE)
def restore(file: Path) -> None:
    """Restores; refuses where there is something already."""
    found = settings()
    with closing(depot_of(found.files)) as depot:
        backups.restore(found.database_url, found.home, depot, file)
    say(RESTORED, file=file, home=found.home)
