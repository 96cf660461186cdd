"""The environment of a server, as a file: what it has to know to call the vendors and to believe them."""

import shlex
from collections.abc import Mapping
from pathlib import Path


def write_environment(environment: Mapping[str, str], file: Path) -> None:
    """Writes an environment so that a shell can read it, and nobody else; all at once."""
    half = file.with_suffix(".half")
    half.touch(mode=0o600)
    half.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()), "utf-8")
    half.rename(file)


def read_environment(file: Path) -> dict[str, str]:
    """The environment that a file holds."""
    words = (word for word in shlex.split(file.read_text("utf-8"), comments=True) if word != "export")
    return {name: value for name, _, value in (word.partition("=") for word in words)}
