"""Figures: what is asked of the product about the data set, by the questions that anybody may ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

PICKUP = "HOURS({paid}, {picked_up})"
LATE = "{signed} > {promised_at}"
SIGNED = "NOT(ISBLANK({signed}))"
LIVE = "NOT(IN({outcome}, 'canceled', 'unavailable'))"
HOURS = (2, 24, 48, 72)
PLACES = 4
AS_KNOWN = "2018-03-01 12:00"


class Ask(Protocol):
    """Answers a question as `POST /query` does."""

    def __call__(self, body: Mapping[str, object]) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: its name, and what the product says."""

    name: str
    found: object


def figures(ask: Ask, as_of: str = AS_KNOWN) -> Sequence[Figure]:
    """All of them: from paid to picked up, late when signed, stuck at a moment of the past."""
    return (*_pickup(ask), *_late(ask), *_stuck(ask, as_of))


def expected(known: Mapping[str, object], as_of: str = AS_KNOWN) -> Mapping[str, object]:
    """The same figures, by name, out of the data set's own `figures.json`."""
    every = _in(known, "all")
    found: dict[str, object] = {"orders": every["orders"], "signed": every["signed"]}
    for kind in ("raw", "clean"):
        spans = _in(every, "paid_to_pickup_h", kind)
        found |= {f"paid to picked up, {kind}, {name}": spans[name] for name in ("n", "mean", "median", "p90")}
    found["late"] = _in(every, "late_strict")["n"]
    found["late, percent"] = _in(every, "late_strict")["pct"]
    stuck = _in(known, "stuck_paid_not_picked_up", as_of)
    for state in ("SP", "RJ", "MG"):
        spans = _in(known, "by_customer_state", state, "paid_to_pickup_h", "raw")
        found |= {f"paid to picked up, {state}, {name}": spans[name] for name in ("n", "mean", "median", "p90")}
    for hours in HOURS:
        found |= {f"stuck over {hours} h, {who}": _in(stuck, f">{hours}h")[who] for who in ("all", "live")}
    return found


def _pickup(ask: Ask) -> Sequence[Figure]:
    found = [Figure("orders", _one(ask, "count")[1])]
    kinds = {"raw": None, "clean": f"{PICKUP} >= 0"}
    for kind, where in kinds.items():
        for name, function in (("mean", "avg"), ("median", "median"), ("p90", "p90")):
            value, count = _one(ask, {function: PICKUP}, where)
            found.append(Figure(f"paid to picked up, {kind}, {name}", _rounded(value)))
        found.append(Figure(f"paid to picked up, {kind}, n", count))
    for name, function in (("mean", "avg"), ("median", "median"), ("p90", "p90")):
        body = {"of": "orders", "measure": {function: PICKUP}, "by": ["customer.state"]}
        for state, value, count in _rows(ask(body)):
            found.append(Figure(f"paid to picked up, {state}, {name}", _rounded(value)))
            found += [Figure(f"paid to picked up, {state}, n", count)] if name == "mean" else []
    return found


def _late(ask: Ask) -> Sequence[Figure]:
    rate, signed = _one(ask, {"rate": LATE}, SIGNED)
    late = _one(ask, "count", LATE)[1]
    percent = _rounded(Decimal(str(rate)) * 100)
    return Figure("signed", signed), Figure("late", late), Figure("late, percent", percent)


def _stuck(ask: Ask, as_of: str) -> Sequence[Figure]:
    at = datetime.fromisoformat(as_of).isoformat() + "Z"
    found = []
    for hours in HOURS:
        waits = f"AND(ISBLANK({{picked_up}}), HOURS({{paid}}, NOW()) > {hours})"
        for who, where in (("all", waits), ("live", f"AND({waits}, {LIVE})")):
            found.append(Figure(f"stuck over {hours} h, {who}", _one(ask, "count", where, at)[1]))
    return found


def _one(ask: Ask, measure: object, where: str | None = None, as_of: str | None = None) -> tuple[object, object]:
    """The value over all records, and how many went into it."""
    answer = ask({"of": "orders", "measure": measure, "filter": where, "as_of": as_of})
    value, count = _rows(answer)[0]
    return value, count


def _rows(answer: Mapping[str, object]) -> Sequence[Sequence[object]]:
    rows = answer["rows"]
    assert isinstance(rows, list)
    return rows


def _rounded(value: object) -> float:
    return round(float(str(value)), PLACES)


def _in(known: Mapping[str, object], *path: str) -> Mapping[str, object]:
    found: object = known
    for step in path:
        assert isinstance(found, Mapping)
        found = found[step]
    assert isinstance(found, Mapping)
    return found
