"""Renaming: what is said of names that somebody has changed: how they are called now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mailuo.base.problems import Problem
from mailuo.formulas import messages as of_formulas
from mailuo.metadata import messages
from mailuo.metadata.part import Part, Written

_NEAR = {
    messages.UNKNOWN_NAME: messages.UNKNOWN_NAME_NEAR,
    messages.UNKNOWN_NAME_NEAR: messages.UNKNOWN_NAME_NEAR,
    of_formulas.UNKNOWN_NAME: of_formulas.UNKNOWN_NAME_NEAR,
    of_formulas.UNKNOWN_NAME_NEAR: of_formulas.UNKNOWN_NAME_NEAR,
}


def new_names(tables: Mapping[Written, Part]) -> Mapping[str, str]:
    """The new name of each old one that a `was:` names, where there is only one."""
    found: dict[str, set[str]] = {}
    for new, old in _renamed(tables.items()):
        found.setdefault(old, set()).add(new)
    return {old: next(iter(names)) for old, names in found.items() if len(names) == 1}


def pointed(problem: Problem, names: Mapping[str, str]) -> Problem:
    """The same problem, which points to the new name if what it does not find has one."""
    message = _NEAR.get(problem.message)
    before, dot, last = problem.values.get("found", "").rpartition(".")
    new = names.get(last.strip())
    if message is None or new is None:
        return problem
    return replace(problem, message=message, values={**problem.values, "near": f"{before}{dot}{new}"})


def _renamed(parts: Iterable[tuple[Written, Part]]) -> Iterator[tuple[str, str]]:
    for name, part in parts:
        old = part.plain("was")
        if old is not None:
            yield str(name), old
        flow = part.part("flow")
        yield from _renamed([*part.named("fields"), *flow.named("nodes"), *flow.named("exits")])
