"""PostgreSQL databases for tests, each made in a few milliseconds."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import make_url


class PostgresDatabases:
    """Makes databases, each a copy of one template that was prepared once."""

    def __init__(self, server: str, prepare: Callable[[str], object]) -> None:
        self._server = make_url(server)
        self._template = f"mailuo_{os.getpid()}"
        self._numbers = count()
        self._do("CREATE DATABASE {}", self._template)
        prepare(self._url(self._template))

    @contextmanager
    def one(self, like: str | None = None) -> Iterator[str]:
        """The URL of a database that is there until the end of the block: an empty one, or a copy of that at a URL."""
        name = f"{self._template}_{next(self._numbers)}"
        self._do("CREATE DATABASE {} TEMPLATE {}", name, make_url(like).database or "" if like else self._template)
        yield self._url(name)
        self._do("DROP DATABASE {} WITH (FORCE)", name)

    def close(self) -> None:
        """Removes the template."""
        self._do("DROP DATABASE {} WITH (FORCE)", self._template)

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._url(self._server.database or "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
