"""What the code imports is declared, and what is declared is used."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.house.sources import CODE, files, text, tree
from tests.surroundings import ROOT

OURS = frozenset({"mailuo", "mailuo_web"})
# Declared, though no line imports them.
UNSEEN = {
    "gunicorn": "its program is started",
    "jinja2": "Flask renders with it",
    "jsonschema": "holds the schemas to their standard, in the tests",
    "tzdata": "is data, where the system has none",
}


def _name(written: str) -> str:
    """A distribution's name, normalised as PEP 503 says."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", written).group()).lower()  # type: ignore[union-attr]


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)


def _used() -> dict[str, str]:
    """The distributions that the code imports from, each with a module of it."""
    hook = ROOT / "web" / "front_end.py"
    modules = {name for path in files(*CODE) if path != hook for name in _imported(path)}
    outside = modules - OURS - sys.stdlib_module_names
    distributions = packages_distributions()
    return {_name(distributions.get(module, [module])[0]): module for module in outside}


def _declared() -> set[str]:
    return {_name(line) for line in tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["dependencies"]}


def test_what_is_imported_is_declared() -> None:
    assert {name: module for name, module in _used().items() if name not in _declared()} == {}


def test_what_is_declared_is_used() -> None:
    assert _declared() - _used().keys() - UNSEEN.keys() == set()


def test_every_declared_package_is_named_in_the_decision_about_libraries() -> None:
    told = text(ROOT / "docs" / "decisions" / "012-libraries.md").lower()
    known_as = {"sqlalchemy": "sqlalchemy core", "psycopg": "psycopg 3", "redis": "redis-py"}
    parts = {"markupsafe", "werkzeug"}  # of Flask
    assert {name for name in _declared() - parts if known_as.get(name, name) not in told} == set()
