"""A site: the processes of one installation on this machine, that can be killed and are started again, as systemd would."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

_PATIENCE_SECONDS = 60.0
_STOP_SECONDS = 15.0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def with_us() -> list[str]:
    """What lets a process end when the tests are killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


@dataclass
class Site:
    """Processes by name; what they print goes to a file each in the folder."""

    folder: Path
    environment: Mapping[str, str]
    commands: Mapping[str, Sequence[str]]
    urls: Sequence[str]
    _running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _said: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> "Site":
        for name in self.commands:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str) -> None:
        """Starts a process."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self._said[name] = log.tell()
            self._running[name] = subprocess.Popen(
                [*with_us(), sys.executable, "-m", "mailuo", *self.commands[name]],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kills a process, with all that it started, without a word."""
        process = self._running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until_ready(self) -> None:
        """Returns when every address answers."""
        ends = time.monotonic() + _PATIENCE_SECONDS
        for url in self.urls:
            while not _answers(url):
                assert time.monotonic() < ends, f"{url} never answered: {self.logs()}"
                time.sleep(0.1)

    def logs(self) -> str:
        """The last of what each process said."""
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {file.name}\n{file.read_text('utf-8', 'replace')[-2000:]}" for file in files)

    def is_up(self, name: str) -> bool:
        """Whether a process is at its work: it said so after it was started."""
        said = (self.folder / f"{name}.log").read_bytes()[self._said.get(name, 0) :]
        return self._running[name].poll() is None and b"\n" in said

    def memory(self, name: str) -> int:
        """The bytes of memory that a process, without its children, holds."""
        pages = Path(f"/proc/{self._running[name].pid}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def embedded(folder: Path, environment: Mapping[str, str]) -> Site:
    """One process that does everything, on SQLite."""
    port = free_port()
    settings = {**environment, "MAILUO_HOME": str(folder / "home")}
    return Site(folder, settings, {"web": ["serve", "--port", str(port)]}, [f"http://127.0.0.1:{port}"])


def deployment(folder: Path, environment: Mapping[str, str], database: str, redis: str) -> Site:
    """Two of each: web processes, workers, schedulers."""
    ports = [free_port(), free_port()]
    settings = {"MAILUO_HOME": str(folder / "home"), "MAILUO_DATABASE_URL": database, "MAILUO_REDIS_URL": redis}
    commands = {f"web{number}": ["serve", "--port", str(port)] for number, port in enumerate(ports, 1)}
    commands |= {f"{what}{number}": [what] for what in ("worker", "scheduler") for number in (1, 2)}
    return Site(folder, {**environment, **settings}, commands, [f"http://127.0.0.1:{port}" for port in ports])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
