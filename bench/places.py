"""Places: databases to measure on, each with a twin that starts out the same."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from bench.floor import Driver, postgres_driver, sqlite_driver
from mailuo.formulas.sql import register_functions
from tests.servers import postgres_binaries, running_postgres

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -16384",
    "mmap_size = 268435456",
)


@dataclass(frozen=True)
class Place:
    """A database, and how its twin is made and reached by the driver alone."""

    name: str
    url: str
    home: Path
    split: Callable[[], None]
    """Makes the twin of the database as it is; nobody may be connected."""
    driver: Callable[[bool], AbstractContextManager[Driver]]
    """The driver on the twin, for reads or (True) writes."""
    connect: Callable[[], Any]
    floor: str
    """Where the bare application keeps its table."""


@contextmanager
def sqlite_place(folder: Path) -> Iterator[Place]:
    """SQLite in a folder."""
    path, twin = folder / "mailuo.db", folder / "twin.db"

    def split() -> None:
        with sqlite3.connect(path) as source, sqlite3.connect(twin) as target:
            source.backup(target)

    def prepare(connection: sqlite3.Connection) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        register_functions(connection)

    yield Place(
        "SQLite",
        f"sqlite:///{path}",
        folder,
        split,
        lambda writes: sqlite_driver(twin, prepare),
        lambda: sqlite3.connect(folder / "bare.db"),
        f"sqlite:///{folder / 'floor.db'}",
    )


@contextmanager
def postgres_place(folder: Path) -> Iterator[Place]:
    """PostgreSQL: that of `MAILUO_TEST_DATABASE_URL`, else a private server."""
    given = os.environ.get("MAILUO_TEST_DATABASE_URL")
    binaries = None if given else postgres_binaries()
    if given:
        yield from _on_server(given, folder)
    elif binaries:
        with running_postgres(binaries) as url:
            yield from _on_server(url, folder)
    else:
        raise FileNotFoundError("there is no PostgreSQL here: apt-get install postgresql")


def _on_server(server: str, folder: Path) -> Iterator[Place]:
    base = make_url(server)
    names = {role: f"mailuo_bench_{os.getpid()}_{role}" for role in ("main", "twin", "bare", "floor")}
    urls = {role: base.set(database=name).render_as_string(hide_password=False) for role, name in names.items()}

    def create(role: str, template: str = "template0") -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(made.format(sql.Identifier(names[role]), sql.Identifier(template)))

    create("main")
    create("bare")
    create("floor")
    try:
        yield Place(
            "PostgreSQL",
            urls["main"],
            folder,
            lambda: create("twin", names["main"]),
            lambda writes: postgres_driver(urls["twin"], writes=writes),
            lambda: psycopg.connect(urls["bare"]),
            urls["floor"],
        )
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in names.values():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
