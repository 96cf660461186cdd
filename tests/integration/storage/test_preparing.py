"""A store that an older program made gets the indexes that came later."""

from sqlalchemy import Connection, inspect

from mailuo.storage import system
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
