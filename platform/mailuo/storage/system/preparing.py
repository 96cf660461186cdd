"""Preparing a database: its system tables are there, and it is not newer than the program."""

from sqlalchemy import Connection, func, insert, inspect, select

from mailuo.base.problems import Refusal
from mailuo.storage.altering import AddColumn
from mailuo.storage.messages import NEWER_STORE
from mailuo.storage.system.columns import metadata
from mailuo.storage.system.declarations import fact

SCHEMA_VERSION = 1
_PREPARING = 0x6D61696C  # an advisory lock of PostgreSQL: two processes that start at once


def prepare(connection: Connection) -> None:
    """Makes the tables, columns and indexes that are not there yet; refuses a database made by a newer program."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_PREPARING)))
    metadata.create_all(connection)
    found = connection.scalar(select(fact.c.value).where(fact.c.name == "schema"))
    if found is not None:
        _add_columns(connection)
    _add_indexes(connection)
    if found is None:
        connection.execute(insert(fact).values(name="schema", value=str(SCHEMA_VERSION)))
    elif int(str(found)) > SCHEMA_VERSION:
        raise Refusal(NEWER_STORE(found=found, known=SCHEMA_VERSION))


def _add_columns(connection: Connection) -> None:
    """Makes the columns that tables of an older program lack; they may be blank, as its rows are."""
    known = inspect(connection).get_multi_columns(filter_names=list(metadata.tables))
    there = {name: {column["name"] for column in columns} for (_, name), columns in known.items()}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name not in there[table.name]:
                connection.execute(AddColumn(table.name, column))


def _add_indexes(connection: Connection) -> None:
    """Makes the indexes that tables of an older program lack."""
    known = {index["name"] for found in inspect(connection).get_multi_indexes().values() for index in found}
    for table in metadata.sorted_tables:
        for index in table.indexes:
            if index.name not in known:
                index.create(connection)
