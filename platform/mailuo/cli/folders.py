"""Folders and files as commands are given them."""

from pathlib import Path

import click

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
WORKSPACE = click.argument("folder", metavar="[DIR]", type=EXISTING_FOLDER, default=Path(), required=False)
"""The folder of a workspace: the one in which the command is called, unless another is named."""
