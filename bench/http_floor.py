"""The floor over HTTP: a bare Flask and SQLAlchemy Core application with one table of twenty columns and no rule at all.

It is served exactly as the product is. What the product's answers cost above it is the price of sign-in, policy,
validation, keys, history, timelines and clocks. `python -m bench.http_floor URL PORT PROCESSES` serves it.
"""

import sys
import threading
import uuid
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import orjson
from flask import Flask, Response, request
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)  # fmt: skip

from mailuo.app import Application
from mailuo.cli.listening import Address, Wsgi, listen

_METADATA = MetaData()
ORDERS = Table(
    "orders",
    _METADATA,
    Column("order_no", String(40), primary_key=True),
    Column("channel", String(10), nullable=False),
    Column("kind", String(10)),
    Column("receiver", Text),
    Column("phone", String(20)),
    Column("province", Text),
    Column("city", Text),
    Column("address", Text),
    Column("amount", Numeric(14, 2)),
    Column("cost", Numeric(14, 2)),
    Column("ordered_at", DateTime(timezone=True), nullable=False, index=True),
    Column("promised_at", DateTime(timezone=True)),
    Column("warehouse", String(10)),
    Column("outside_no", Text),
    Column("weight", Numeric(14, 3)),
    Column("pieces", Integer),
    Column("gift", Boolean),
    Column("labels", JSON),
    Column("remark", Text),
    Column("status", String(20)),
    Index("orders_kind", "kind"),
    Index("orders_phone", "phone"),
)
HISTORY = Table(
    "history",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("order_no", ForeignKey(ORDERS.c.order_no), index=True, nullable=False),
    Column("old", String(20)),
    Column("new", String(20)),
    Column("at", DateTime(timezone=True), nullable=False),
)
_NAMES = tuple(str(column.name) for column in ORDERS.c)
"""Plain texts, which JSON takes at once."""
_MOMENTS = ("ordered_at", "promised_at")
_LIST = select(ORDERS).where(ORDERS.c.kind == bindparam("kind")).order_by(ORDERS.c.ordered_at.desc()).limit(50)
_ONE = select(ORDERS).where(ORDERS.c.order_no == bindparam("key"))
_MARK = update(ORDERS).where(ORDERS.c.order_no == bindparam("key")).values(status=bindparam("new"))
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "mmap_size = 268435456")


def opened(url: str) -> Engine:
    """An engine on the floor's database."""
    target = make_url(url)
    if target.get_backend_name() == "postgresql":
        return create_engine(target.set(drivername="postgresql+psycopg"), pool_size=16)
    engine = create_engine(target, pool_size=16, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    return engine


def fill(engine: Engine, orders: Iterable[Mapping[str, Any]]) -> None:
    """Makes the tables, with these orders in them."""
    _METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(ORDERS), [_row(order) for order in orders])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def application(engine: Engine) -> Flask:
    """The bare application: a list, one order, a new one, and another status with its line of history."""
    app = Flask("floor")
    pen: AbstractContextManager[object] = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @app.get("/orders")
    def listed() -> Response:
        with engine.connect() as connection:
            rows = connection.execute(_LIST, {"kind": request.args["kind"]}).all()
        return _answer({"orders": [dict(zip(_NAMES, row, strict=True)) for row in rows]})

    @app.get("/orders/<key>")
    def one(key: str) -> Response:
        with engine.connect() as connection:
            return _answer(dict(zip(_NAMES, connection.execute(_ONE, {"key": key}).one(), strict=True)))

    @app.post("/orders")
    def created() -> Response:
        row = _row({"order_no": str(uuid.uuid4()), **request.get_json()})
        with pen, engine.begin() as connection:
            connection.execute(insert(ORDERS), row)
        return _answer(row, 201)

    @app.post("/orders/<key>/status")
    def marked(key: str) -> Response:
        said = request.get_json()["node"]
        with pen, engine.begin() as connection:
            old = dict(zip(_NAMES, connection.execute(_ONE, {"key": key}).one(), strict=True))
            connection.execute(_MARK, {"key": key, "new": said})
            line = {"order_no": key, "old": old["status"], "new": said, "at": datetime.now(UTC)}
            connection.execute(insert(HISTORY), line)
        return _answer({**old, "status": said}, 201)

    return app


def _prepare(driver: Any, record: object) -> None:
    for pragma in _PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")


def _row(order: Mapping[str, Any]) -> dict[str, Any]:
    moments = {name: datetime.fromisoformat(order[name]) for name in _MOMENTS}
    return {name: order.get(name) for name in _NAMES} | moments


def _answer(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body, default=str), status, mimetype="application/json")


def _serve(url: str, port: int, processes: int) -> None:
    """Serves with the product's own server and settings; there is nothing to do in the background."""
    background = SimpleNamespace(start=lambda: None, stop=lambda: None)
    events = SimpleNamespace(close=lambda: None)
    engine = SimpleNamespace(take_over=lambda: None)
    alone = SimpleNamespace(
        settings=SimpleNamespace(redis_url=None), background=background, events=events, engine=engine
    )
    listen(cast(Application, alone), cast(Wsgi, application(opened(url))), Address("127.0.0.1", port), processes)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
