"""A store that an older program made gets the columns and indexes that came later."""

from sqlalchemy import Connection, insert, inspect, select

from mailuo.storage import system
from mailuo.storage.altering import DropColumn
from mailuo.storage.engine import Store
from mailuo.storage.system.preparing import prepare


def indexes(connection: Connection) -> set[str | None]:
    """The names of the indexes over what nodes are known to be."""
    return {index["name"] for index in inspect(connection).get_indexes("node_state")}


def test_an_index_that_is_lacking_is_made(store: Store) -> None:
    (standing,) = (index for index in system.node_state.indexes if index.name == "node_state_stands")
    store.write(standing.drop)
    with store.read() as connection:
        assert "node_state_stands" not in indexes(connection)
    store.write(prepare)
    with store.read() as connection:
        assert "node_state_stands" in indexes(connection)


def test_a_column_that_is_lacking_is_made_and_is_blank(store: Store) -> None:
    made, line = system.made, {"automation": "a", "step": "do.0", "record": "r", "row": "x", "table": "t", "run": "1"}
    store.write(lambda connection: connection.execute(DropColumn("made", made.c.deed)))
    store.write(lambda connection: connection.execute(insert(made).values(line)))
    store.write(prepare)
    with store.read() as connection:
        assert connection.execute(select(made.c.row, made.c.deed)).all() == [("x", None)]
