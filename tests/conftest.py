"""What every test may ask for: servers, a browser, the shared data."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from tests.servers import postgres_binaries, quickest_place, redis_binary, running_postgres, running_redis
from tests.surroundings import chromium as chromium_program
from tests.surroundings import missing, shared_data

# A slow machine is no failure; a failure comes back on every machine.
settings.register_profile("mailuo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mailuo")

# A store waits for the disk at every commit, as it must; a test need not.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quickest_place()))


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> None:
    """Settings of whoever runs the tests are none of the tests' business."""
    for name in list(os.environ):
        if name.startswith("MAILUO_") and not name.startswith("MAILUO_TEST_"):
            del os.environ[name]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server that lets us make databases: that of `MAILUO_TEST_DATABASE_URL`, or one of our own."""
    given = os.environ.get("MAILUO_TEST_DATABASE_URL")
    binaries = None if given else postgres_binaries()
    if given:
        yield given
    elif binaries:
        with running_postgres(binaries) as url:
            yield url
    else:
        missing("PostgreSQL", "postgresql")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """A Redis server: that of `MAILUO_TEST_REDIS_URL`, whose database is emptied, or one of our own."""
    given = os.environ.get("MAILUO_TEST_REDIS_URL")
    binary = None if given else redis_binary()
    if given:
        yield given
    elif binary:
        with running_redis(binary) as url:
            yield url
    else:
        missing("Redis", "redis-server")


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis database."""
    with Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of a browser."""
    return chromium_program() or missing("a browser", "chromium fonts-noto-cjk")


@pytest.fixture(scope="session")
def olist() -> Path:
    """The folder of Olist's real orders."""
    folder = shared_data("olist")
    if folder is None:
        pytest.skip("this test needs Olist's orders: in ../shared/data, or where MAILUO_TEST_DATA says")
    return folder
