"""The proof: real orders through the product's own doors, and every figure as the data set's own has it."""

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.olist.figures import AS_KNOWN, expected, figures
from bench.olist.prepare import Prepared, prepare
from bench.subject import Subject, opened
from mailuo.exchange import Imported
from mailuo.records.actor import SYSTEM

WORKSPACE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside what it should be."""

    name: str
    found: object
    wanted: object

    @property
    def right(self) -> bool:
        """Whether they are the same."""
        return self.found == self.wanted


@dataclass(frozen=True, slots=True)
class Proof:
    """The figures, and how long the imports and the questions took in seconds."""

    lines: tuple[Line, ...]
    orders: int
    claims: int
    import_seconds: float
    claims_seconds: float
    ask_seconds: float

    @property
    def holds(self) -> bool:
        """Whether every figure is right."""
        return all(line.right for line in self.lines)


def loaded(subject: Subject, files: Prepared) -> tuple[float, float]:
    """How many seconds the import of the records and that of the claims took."""
    start = time.monotonic()
    _whole(subject.imports.run(SYSTEM, "customers", files.customers))
    _whole(subject.imports.run(SYSTEM, "orders", files.orders))
    between = time.monotonic()
    _whole(subject.claims.run(SYSTEM, files.claims))
    subject.store.analyze()
    return between - start, time.monotonic() - between


def proof(url: str, home: Path, data: Path) -> Proof:
    """The proof on a database, out of the data set's folder."""
    with tempfile.TemporaryDirectory() as folder, opened(url, home, WORKSPACE) as subject:
        files = prepare(data, Path(folder))
        imported, claimed = loaded(subject, files)
        wanted = expected(json.loads((data / "figures.json").read_text("utf-8")), AS_KNOWN)
        start = time.monotonic()
        found = {figure.name: figure.found for figure in figures(lambda body: subject.analytics.query(SYSTEM, body))}
        asked = time.monotonic() - start
    lines = tuple(Line(name, found.get(name), value) for name, value in wanted.items())
    return Proof(lines, files.count, files.claimed, imported, claimed, asked)


def _whole(outcome: Imported) -> None:
    if outcome.rejected or outcome.written != outcome.total:
        said = [reject.problem.text("en") for reject in outcome.rejects[:5]]
        raise RuntimeError(f"{outcome.name}: {outcome.written} of {outcome.total}: {said}")
