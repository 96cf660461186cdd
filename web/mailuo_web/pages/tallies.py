"""The tallies of open alerts in the sidebar: red and orange."""

from dataclasses import dataclass

from mailuo.records import Actor
from mailuo_web.http.asking import application


@dataclass(frozen=True, slots=True)
class Tally:
    """How many alerts of a level are open or only acknowledged."""

    level: str
    count: int


def open_tallies(actor: Actor) -> tuple[Tally, ...]:
    """The levels of which something is unresolved, most serious first."""
    counts = application().alerts.counts(actor)
    tallies = []
    for level in ("red", "orange"):
        number = sum(count for (_, one, _), count in counts.items() if one == level)
        if number:
            tallies.append(Tally(level, number))
    return tuple(tallies)
