"""`mailuo new`: a workspace to begin with."""

from pathlib import Path

import click

from mailuo.base.problems import Refusal
from mailuo.cli.console import say, settings
from mailuo.cli.folders import NEW_FOLDER
from mailuo.cli.language import told
from mailuo.cli.messages import MADE, NOT_EMPTY
from mailuo.metadata import read_folder, write_folder

_WORKSPACE = """\
workspace: {name}
title: {title}
timezone: {zone}
"""
_ROLES = """\
roles:
  staff:
    title: {staff}
    tables: {{}}
"""


@click.command(help=told("在 DIR 新建一个空的工作区。", "Makes an empty workspace in DIR."))
@click.argument("folder", metavar="DIR", type=NEW_FOLDER)
def new(folder: Path) -> None:
    """Writes the files of an empty workspace; refuses a folder that holds declarations."""
    if read_folder(folder):
        raise Refusal(NOT_EMPTY(folder=folder))
    write_folder(folder, _files(folder.absolute().name))
    say(MADE, folder=folder)


def _files(name: str) -> dict[str, str]:
    """The declarations of an empty workspace, by file."""
    title = "".join(character for character in name if character.isalnum() or character in " _-") or "Mailuo"
    return {
        "tables/workspace.yaml": _WORKSPACE.format(name="main", title=f'"{title}"', zone=settings().timezone.key),
        "tables/roles.yaml": _ROLES.format(staff=told("员工", "Staff")),
    }
