"""Sources: a file's rows, whatever kind of file it is. Each was looked through once before its first row is given."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from mailuo.base.problems import Problem


class Absent:
    """What stands where a line of NDJSON does not name a member at all."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class Row(NamedTuple):
    """One row: its number as a spreadsheet counts (the header is 1), its cells, or what is wrong with it as a whole."""

    number: int
    cells: Sequence[object]
    problem: Problem | None = None


class Source(Protocol):
    """A file that can be read row by row, more than once."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the columns."""
        ...

    @property
    def total(self) -> int:
        """How many rows there are, blank ones left out."""
        ...

    def rows(self) -> Iterator[Row]:
        """The rows in order, blank ones left out."""
        ...

    def close(self) -> None:
        """Lets go of whatever was laid aside."""
        ...
