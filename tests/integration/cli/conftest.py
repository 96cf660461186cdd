"""The command `mailuo`, called within the test's own process on a home of its own."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailuo.cli.main import run
from mailuo.metadata import write_folder

LABORATORY = Path(__file__).parents[1] / "flow" / "laboratory"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: its exit code, what it printed, what it said beside."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line of stdout."""
        return self.out.splitlines()[-1]


Mailuo = Callable[..., Outcome]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, which the environment names; the current folder is beside it."""
    monkeypatch.setenv("MAILUO_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def mailuo(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Mailuo]:
    """Calls a command."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    yield call
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The folder of the laboratory's workspace, relative to which the call is made."""
    write_folder(
        tmp_path / "laboratory", {f"tables/{path.name}": path.read_text("utf-8") for path in LABORATORY.glob("*.yaml")}
    )
    return Path("laboratory")


@pytest.fixture
def published(mailuo: Mailuo, workspace: Path) -> Path:
    """The workspace, published as revision 1."""
    assert mailuo("apply", workspace, "--yes").code == 0
    return workspace


def edit(folder: Path, table: str, old: str, new: str) -> None:
    """Replaces a text in one table's file."""
    path = folder / "tables" / f"{table}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
