"""Taking in: rows of an import, of which the good ones are written and the others told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailuo.base.problems import Problems, Refusal
from mailuo.records.messages import NoSuchThing
from mailuo.records.writing import Raw, Writing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: the record's id, or what is wrong with the row."""

    record: str | None
    problems: Problems = ()


def take_in(writing: Writing, raws: Sequence[Raw], *, upsert: bool) -> list[Outcome]:
    """The outcome of each row, in their order; with `upsert` a row whose key is there changes that record."""
    outcomes: dict[int, Outcome] = _updated(writing, raws) if upsert else {}
    places = [place for place in range(len(raws)) if place not in outcomes]
    entries = writing.read_new([raws[place] for place in places])
    fine = [entry for entry in entries if not entry.problems]
    for entry, taken in zip(fine, writing.clashes(fine), strict=True):
        entry.problems += taken
    good = [(place, entry.values) for place, entry in zip(places, entries, strict=True) if not entry.problems]
    born = writing.create([values for _, values in good])
    outcomes |= {place: Outcome(record) for (place, _), record in zip(good, born, strict=True)}
    outcomes |= {
        place: Outcome(None, tuple(entry.problems))
        for place, entry in zip(places, entries, strict=True)
        if entry.problems
    }
    return [outcomes[place] for place in range(len(raws))]


def _updated(writing: Writing, raws: Sequence[Raw]) -> dict[int, Outcome]:
    """The outcomes of the rows whose key is there already."""
    if writing.table.key is None:
        return {}
    outcomes: dict[int, Outcome] = {}
    for place, raw in enumerate(raws):
        key = raw.get(writing.table.key.field)
        if isinstance(key, str) and key:
            outcome = _update(
                writing, key, {name: value for name, value in raw.items() if name != writing.table.key.field}
            )
            outcomes |= {place: outcome} if outcome else {}
    return outcomes


def _update(writing: Writing, key: str, raw: Mapping[str, object]) -> Outcome | None:
    try:
        return Outcome(replace(writing, manner=replace(writing.manner, careful=True)).update(key, raw, None))
    except NoSuchThing:
        return None
    except Refusal as refusal:
        return Outcome(None, refusal.problems)
