"""Several keys at once, as one named value: an array on PostgreSQL, a JSON list on SQLite.

A key alone is asked for as itself: PostgreSQL keeps the plan of such a query, and makes another each time for a list,
which takes longer than to answer it (measured: 158 → 14 µs for a record after it was written).
"""

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


def only(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """That a text column has the one value given under a name."""
    return column == bindparam(name, "", type_=Text)
