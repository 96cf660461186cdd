"""A store on either kind of database."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from mailuo.base.s3_address import S3Address, parse_s3
from mailuo.storage.depot import Depot, depot_of
from mailuo.storage.engine import Store
from tests.databases import PostgresDatabases
from tests.s3_server import KEYS, S3Service, s3_service


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost next to nothing here, for many are tried."""
    monkeypatch.setattr("mailuo.app.passwords._TIME", 1)
    monkeypatch.setattr("mailuo.app.passwords._MEMORY", 64)


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresDatabases]:
    """Where tests get their PostgreSQL databases."""
    home = tmp_path_factory.mktemp("template")
    databases = PostgresDatabases(postgres_server, lambda url: Store.open(url, home).close())
    yield databases
    databases.close()


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The URL of a new PostgreSQL database."""
    with postgres_databases.one() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the system's tables in it."""
    file = tmp_path_factory.mktemp("template") / "mailuo.db"
    Store.open(f"sqlite:///{file}", file.parent).close()
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a new SQLite database."""
    file = tmp_path / "home" / "mailuo.db"
    file.parent.mkdir()
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def copied(request: pytest.FixtureRequest, database_url: str) -> Callable[[Path, Path], AbstractContextManager[str]]:
    """Makes a copy of the database and of its home, which nobody has open, in a new home; the URL while the block lasts."""

    @contextmanager
    def copy(home: Path, new: Path) -> Iterator[str]:
        shutil.copytree(home, new)
        if database_url.startswith("sqlite"):
            yield f"sqlite:///{new / 'mailuo.db'}"
        else:
            databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
            with databases.one(like=database_url) as url:
                yield url
        shutil.rmtree(new)

    return copy


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """A new store, once on each kind of database."""
    store = Store.open(database_url, tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def s3() -> Iterator[S3Service]:
    """A service of S3 with an empty bucket."""
    with s3_service() as service:
        yield service


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | S3Address:
    """Where the bytes of files lie: once in a folder, once in a bucket."""
    if request.param == "folder":
        return tmp_path / "files"
    found = parse_s3(request.getfixturevalue("s3").url, KEYS)
    assert found is not None
    return found


@pytest.fixture
def depot(place: Path | S3Address) -> Iterator[Depot]:
    """An empty depot, once of each kind."""
    with closing(depot_of(place)) as found:
        yield found
