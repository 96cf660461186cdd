"""`python -m bench`: the product beside the driver alone, on SQLite and PostgreSQL, and the proof on real orders.

Every figure is a ratio as well as a rate: the machine may be busy, but both were measured on it, one after the other.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

from bench.http_compare import Compared, compared
from bench.olist.proof import Proof, proof
from bench.places import Place, postgres_place, sqlite_place
from bench.work import Result, measured
from tests.surroundings import shared_data

PLACES: dict[str, Callable[[Path], AbstractContextManager[Place]]] = {
    "sqlite": sqlite_place,
    "postgresql": postgres_place,
}
OUTPUT = Path("var") / "bench.json"


def main() -> int:
    """The exit code: 1 when a figure of the proof is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="orders to import")
    parser.add_argument("--operations", type=int, default=300, help="how often each small thing is done")
    parser.add_argument("--served-rows", type=int, default=20_000, help="orders in the table that is served over HTTP")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each work is done over HTTP")
    parser.add_argument("--on", choices=list(PLACES), action="append", help="measure only there")
    parser.add_argument("--skip", choices=["speed", "http", "olist"], action="append", default=[])
    asked = parser.parse_args()
    results: list[Result] = []
    served: list[Compared] = []
    proofs: list[tuple[str, Proof]] = []
    for name in asked.on or list(PLACES):
        if "speed" not in asked.skip:
            results += _speed(name, asked.rows, asked.operations)
        if "http" not in asked.skip:
            served += _served(name, asked.served_rows, asked.seconds)
        data = None if "olist" in asked.skip else shared_data("olist")
        if data is not None:
            proofs.append((name, _proof(name, data)))
        elif "olist" not in asked.skip:
            _say(
                "Olist's orders are not here (../shared/data, or where MAILUO_TEST_DATA says): their proof is left out."
            )
    _keep(results, served, proofs)
    return 0 if all(each.holds for _, each in proofs) else 1


def _speed(name: str, rows: int, operations: int) -> list[Result]:
    results = []
    _say(f"\n{name}, {rows:,} orders{'':<14}{'a second':>12}{'driver alone':>14}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder, PLACES[name](Path(folder)) as place:
        for result in measured(place, rows, operations):
            results.append(result)
            _say(f"{result.work:<36}{result.ours:>12,.0f}{result.floor:>14,.0f}{result.ratio:>8.2f}")
    return results


def _served(name: str, rows: int, seconds: float) -> list[Compared]:
    results = []
    _say(
        f"\n{f'{name} over HTTP, {rows:,} orders':<36}{'a second':>12}{'bare Flask':>12}{'ratio':>8}{'CPU ms':>10}{'bare':>8}{'ratio':>8}"
    )
    with tempfile.TemporaryDirectory() as folder, PLACES[name](Path(folder)) as place:
        for each in compared(place, rows, seconds):
            results.append(each)
            rates = f"{each.ours.rate:>12,.0f}{each.floor.rate:>12,.0f}{each.ratio:>8.2f}"
            spent = f"{each.ours.milliseconds:>10.2f}{each.floor.milliseconds:>8.2f}{each.cheapness:>8.2f}"
            _say(f"{each.work:<36}{rates}{spent}")
    return results


def _proof(name: str, data: Path) -> Proof:
    with tempfile.TemporaryDirectory() as folder, PLACES[name](Path(folder)) as place:
        found = proof(place.url, place.home, data)
    rate = found.claims / found.claims_seconds
    _say(f"\n{name}: {found.orders:,} real orders and {found.claims:,} claims, {rate:,.0f} claims a second")
    for line in found.lines:
        _say(f"{'right' if line.right else 'WRONG':<8}{line.name:<40}{line.found!s:>14}{line.wanted!s:>14}")
    return found


def _keep(results: Sequence[Result], served: Sequence[Compared], proofs: Sequence[tuple[str, Proof]]) -> None:
    OUTPUT.parent.mkdir(exist_ok=True)
    speed = [{**asdict(result), "ratio": result.ratio} for result in results]
    http = [{**asdict(each), "ratio": each.ratio, "cheapness": each.cheapness} for each in served]
    olist = [{"place": name, **asdict(each)} for name, each in proofs]
    OUTPUT.write_text(json.dumps({"speed": speed, "http": http, "olist": olist}, indent=2), "utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
