"""Results: how a scenario went, step by step, and what was expected beside what happened."""

from dataclasses import dataclass

from mailuo.base.problems import Place


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference: where in the scenario it is expected, what, and what happened instead."""

    place: Place
    path: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Result:
    """How one scenario went."""

    file: str
    title: str
    mismatches: tuple[Mismatch, ...] = ()
    notes: tuple[str, ...] = ()
    """What the reader should know besides: parts of the scenario on which nothing acts here."""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.mismatches
