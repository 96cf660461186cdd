"""Pages follow one another without a gap and without a row twice, blanks last both ways."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert, select

from mailuo.storage.engine import Store
from mailuo.storage.keyset import Keyset, SortColumn, fetch

VISIT = Table("keyset_visit", MetaData(), Column("id", Text, primary_key=True), Column("a", Integer), Column("b", Text))
ROWS: list[dict[str, Any]] = [
    {"id": f"r{number:02}", "a": a, "b": b}
    for number, (a, b) in enumerate([*product((3, None, 1), ("y", None, "x")), *product((None, 1), (None, "x"))])
]


@pytest.fixture
def visits(store: Store) -> Store:
    """A store with rows that have every mixture of blanks."""

    def work(connection: Connection) -> None:
        VISIT.create(connection)
        connection.execute(insert(VISIT), ROWS)

    store.write(work)
    return store


def _sorted(steps: list[tuple[str, bool]]) -> list[str]:
    rows = sorted(ROWS, key=lambda row: row["id"], reverse=steps[-1][1])
    for name, descending in reversed(steps):
        present = [row for row in rows if row[name] is not None]
        present.sort(key=lambda row: row[name], reverse=descending)
        rows = present + [row for row in rows if row[name] is None]
    return [str(row["id"]) for row in rows]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    "steps",
    [
        [("a", False)],
        [("a", True)],
        [("a", True), ("b", False)],
        [("a", False), ("b", True)],
        [("b", True), ("a", True)],
    ],
)
def test_pages_join_to_the_whole_list(visits: Store, steps: list[tuple[str, bool]], size: int) -> None:
    keyset = Keyset(tuple(SortColumn(VISIT.c[name], descending) for name, descending in steps), VISIT.c.id)
    query, found, after = select(*keyset.columns), [], None
    with visits.read() as connection:
        while page := fetch(connection, query, keyset, after, size):
            found += [row.id for row in page]
            after = tuple(page[-1])
    assert found == _sorted(steps)


@pytest.mark.parametrize("descending", [False, True])
def test_an_order_without_blanks_is_one_phase(visits: Store, descending: bool) -> None:
    keyset = Keyset((SortColumn(VISIT.c.id, descending, blank=False),), VISIT.c.id)
    assert len(list(keyset.phases(("r03", "r03")))) == 1
    with visits.read() as connection:
        page = fetch(connection, select(VISIT.c.id), keyset, ("r03", "r03"), 2)
    assert [row.id for row in page] == (["r02", "r01"] if descending else ["r04", "r05"])
