"""Folders and files as commands are given them."""

import os
from pathlib import Path

import click

from mailuo.cli.language import told


class _Existing(click.Path):
    """A path to something that is there; says in the reader's language when it is not."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path."""
        if not Path(value).exists():
            self.fail(told(f"{value} 不存在", f"{value} is not there"), param, ctx)
        return super().convert(value, param, ctx)


EXISTING_FOLDER = _Existing(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = _Existing(exists=True, dir_okay=False, readable=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
WORKSPACE = click.argument("folder", metavar="[DIR]", type=EXISTING_FOLDER, default=Path(), required=False)
"""The folder of a workspace: the one in which the command is called, unless another is named."""
