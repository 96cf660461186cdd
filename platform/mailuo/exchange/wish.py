"""What an import is asked to do, how far it is, and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from mailuo.base.moments import format_moment
from mailuo.base.problems import Language, Problem
from mailuo.records.running import Running


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be taken in.

    `mapping` names the field of a column, or None for one to leave out. `rejects` is where the returned rows are
    written. `job` is the row in `system.job` that already stands for this import, if there is one.
    """

    mapping: Mapping[str, str | None] | None = None
    upsert: bool = False
    all_or_nothing: bool = False
    again: bool = False
    live: bool = False
    dry_run: bool = False
    rejects: Path | None = None
    name: str | None = None
    job: str | None = None


PLAINLY = Wish()


class Progress(NamedTuple):
    """How far an import is: rows looked at, rows there are, rows returned."""

    done: int
    total: int
    rejected: int


Watch = Callable[[Progress], None]


def unwatched(progress: Progress) -> None:
    """Nobody looks."""


class Reject(NamedTuple):
    """One thing that is wrong with a row: its number as a spreadsheet counts, its column, the problem."""

    row: int
    column: str
    problem: Problem

    def json(self, language: Language) -> dict[str, object]:
        """The reject as the API writes it."""
        code, message = self.problem.code, self.problem.text(language)
        return {"row": self.row, "field": self.column or None, "code": code, "message": message}


class Seen(NamedTuple):
    """The earlier import of the same file."""

    job: str
    at: datetime
    by: str


MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. `rejects` holds the first thousand things that were wrong; the rejects file has all."""

    name: str
    total: int
    written: int = 0
    rejected: int = 0
    rejects: tuple[Reject, ...] = ()
    rejects_file: Path | None = None
    left_out: tuple[str, ...] = ()
    seen: Seen | None = None
    resumed_after: int = 0
    dry_run: bool = False
    job: str | None = None

    def json(self, running: Running, language: Language) -> dict[str, object]:
        """The outcome as the API writes it."""
        answer: dict[str, object] = {
            "file": self.name,
            "total": self.total,
            "written": self.written,
            "rejected": self.rejected,
            "rejects": [reject.json(language) for reject in self.rejects],
            "left_out": list(self.left_out),
            "dry_run": self.dry_run,
        }
        if self.seen is not None:
            at = format_moment(self.seen.at, running.zone)
            answer["seen"] = {"job": self.seen.job, "at": at, "by": self.seen.by}
        return answer
