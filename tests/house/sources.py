"""The files of the checkout, and what is written in them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.surroundings import ROOT

CODE = ("platform", "web")
EVERYTHING = ("platform", "web", "tests", "bench", ".ci")
_BUILT = frozenset({".git", ".venv", "var", "node_modules", "dist", "static", "__pycache__", ".hypothesis"})


def named(path: Path) -> str:
    """A path as people name it: from the top of the checkout."""
    return path.relative_to(ROOT).as_posix()


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that is not built here."""
    return tuple(sorted(_walk(ROOT)))


def files(*folders: str, ends: str = ".py") -> list[Path]:
    """The files below these top-level folders that end so."""
    return [path for path in kept_files() if path.relative_to(ROOT).parts[0] in folders and path.name.endswith(ends)]


@cache
def text(path: Path) -> str:
    """What a file says."""
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(text(path))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _BUILT or path.name.endswith("_cache"):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
