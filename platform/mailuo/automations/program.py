"""Programs: which step of a rule comes next, given what has been done already. Pure.

A place is a step's path with the numbers of the rows that it is done for: `do.0.do.1@3`. What a run has done is its
journal, by place: a run that was broken off goes on at the first place that is not in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mailuo.metadata.automation import ForEach, If, Step

DONE, SKIPPED, WAITING, RETRYING, FAILED = "done", "skipped", "waiting", "retrying", "failed"
_OVER = (DONE, SKIPPED)
ITEMS, HOLDS = "items", "holds"
"""What the journal keeps of a `for_each`: its rows or elements; and of an `if`: whether it held."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a step at one place."""

    state: str
    outcome: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 1

    @property
    def over(self) -> bool:
        """Whether the run has gone on after it."""
        return self.state in _OVER


@dataclass(frozen=True, slots=True)
class Stop:
    """A step to be taken: where, and for which row or element of the innermost `for_each`."""

    step: Step
    place: str
    item: Any = None


Journal = dict[str, Entry]


def walk(steps: Sequence[Step], journal: Journal, numbers: tuple[int, ...] = (), item: Any = None) -> Iterator[Stop]:
    """The steps that are still to be taken, in order; the journal is to hold each before the next is asked for."""
    for step in steps:
        place = place_of(step, numbers)
        if place not in journal or not journal[place].over:
            yield Stop(step, place, item)
        outcome = journal[place].outcome
        match step.deed:
            case ForEach(steps=inner):
                for number, each in enumerate(outcome.get(ITEMS, ())):
                    yield from walk(inner, journal, (*numbers, number), each)
            case If(steps=then, otherwise=otherwise) if HOLDS in outcome:
                yield from walk(then if outcome[HOLDS] else otherwise, journal, numbers, item)


def place_of(step: Step, numbers: Sequence[int]) -> str:
    """The place of a step for the rows with these numbers."""
    return f"{step.path}@{'.'.join(map(str, numbers))}" if numbers else step.path


def every_step(steps: Sequence[Step]) -> Iterator[Step]:
    """All steps, those inside others after them."""
    for step in steps:
        yield step
        match step.deed:
            case ForEach(steps=inner):
                yield from every_step(inner)
            case If(steps=then, otherwise=otherwise):
                yield from every_step((*then, *otherwise))
