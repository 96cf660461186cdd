"""The servers that tests run on: found, private, and gone afterwards."""

from pathlib import Path

import psycopg
import pytest
from redis import Redis

from tests.servers import postgres_binaries, redis_binary, running_postgres, running_redis

_POSTGRES = [path for path in [postgres_binaries()] if path]
_REDIS = [path for path in [redis_binary()] if path]


@pytest.mark.parametrize("binaries", _POSTGRES, ids=str)
def test_postgres_answers_and_leaves_nothing(binaries: Path) -> None:
    with running_postgres(binaries) as url:
        folder = Path(url.partition("host=")[2])
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert folder.is_dir()
    assert not folder.exists()


def test_a_new_database_has_the_systems_tables_and_nobody_elses_rows(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() != (0,)


@pytest.mark.parametrize("binary", _REDIS, ids=str)
def test_redis_answers_and_leaves_nothing(binary: Path) -> None:
    with running_redis(binary) as url:
        folder = Path(url.removeprefix("unix://")).parent
        with Redis.from_url(url) as client:
            assert client.ping()
    assert not folder.exists()


def test_a_redis_database_is_empty(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
