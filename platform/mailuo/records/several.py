"""Several keys at once, as one named value: an array on PostgreSQL, a JSON list on SQLite."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, func, select


def among(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """That a text column has one of the values given under a name."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, [], type_=ARRAY(Text)))
    listed = func.json_each(bindparam(name, "[]", type_=Text)).table_valued("value")
    return column.in_(select(listed.c.value))


def given(keys: Sequence[str], dialect: str) -> object:
    """The keys as the value of that name."""
    return list(keys) if dialect == "postgresql" else json.dumps(list(keys))
