"""Tables: the declarations that the caller may see."""

from flask.typing import ResponseReturnValue

from mailuo_web.api.blueprint import call, running, seen
from mailuo_web.api.declaration import declaration, heading
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor
from mailuo_web.http.operation import Operation, listed, ref
from mailuo_web.http.route import SIGNED_IN

TABLES = Operation(("所有可见的表", "All tables that may be seen"), listed("tables", "TableHeading"))
TABLE = Operation(("一张表的声明", "A table's declaration"), ref("Table"), problems=(404,))


@call("/tables", SIGNED_IN, TABLES)
def list_tables() -> ResponseReturnValue:
    """`{tables, next}`."""
    known = running().policy.access(actor()).tables.values()
    return answer({"tables": [heading(access.table) for access in known], "next": None})


@call("/tables/<table>", SIGNED_IN, TABLE)
def read_table(table: str) -> ResponseReturnValue:
    """The declaration, without what the caller may not see."""
    return answer(declaration(running(), actor(), seen(table)))
