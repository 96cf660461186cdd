"""Limits: how many calls a window of time lets through. Pure; where the counts are kept is the caller's matter.

A window is cut into ten slices, and a slice that it touches counts whole: in no stretch of that length can more calls go
out than the limit says, whoever counts them and however they fall. The price is a tenth of the rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailuo.base.moments import MICROSECOND, micros, moment
from mailuo.metadata.connector import Connector, Operation, Rate

_SLICES = 10
Counts = Mapping[str, Mapping[str, int]]
"""For each length of window, in microseconds, how many calls fell into which slice."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is limited together: a connector, an operation of it, or one receiver."""

    name: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether a call may go out now; if not, when to ask again. The counts are those that then hold."""

    counts: Counts
    again_at: datetime | None = None


def scopes_of(connector: Connector, operation: Operation, recipient: str | None) -> tuple[Scope, ...]:
    """Every scope that a call falls under and that has limits, always in the same order."""
    own = operation.limits
    found = [Scope(connector.id, connector.limits.rates)]
    if own.rates != connector.limits.rates:
        found.append(Scope(f"{connector.id}.{operation.id}", own.rates))
    if recipient:
        found.append(Scope(f"{connector.id}:{recipient}", own.recipient_rates or connector.limits.recipient_rates))
    return tuple(scope for scope in found if scope.rates)


def allowed(rates: Iterable[Rate], counts: Counts, now: datetime) -> Allowed:
    """Whether one more call may go out under all of these rates; it is counted if so."""
    new: dict[str, dict[str, int]] = {}
    latest: datetime | None = None
    for rate in rates:
        length = rate.per // MICROSECOND
        window = _alive(counts.get(str(length), {}), length, now)
        again_at = _free_at(rate, window, length)
        if again_at is not None and again_at > now:
            latest = max(latest or again_at, again_at)
        slice_ = str(micros(now) * _SLICES // length)
        new[str(length)] = {**window, slice_: window.get(slice_, 0) + 1}
    return Allowed(new) if latest is None else Allowed(counts, latest)


def _alive(window: Mapping[str, int], length: int, now: datetime) -> dict[str, int]:
    """The slices that a window ending now still touches."""
    oldest = micros(now) * _SLICES // length - _SLICES
    return {slice_: count for slice_, count in window.items() if int(slice_) >= oldest}


def _free_at(rate: Rate, window: Mapping[str, int], length: int) -> datetime | None:
    """When so many slices have left the window that one more call has room; None where there is room now."""
    left = sum(window.values()) - rate.count + 1
    for slice_ in sorted(window, key=int):
        if left <= 0:
            break
        left -= window[slice_]
        if left <= 0:
            return moment(-(-(int(slice_) + _SLICES + 1) * length // _SLICES))
    return None


def together(scopes: Sequence[Scope], counts: Mapping[str, Counts], now: datetime) -> Allowed | Mapping[str, Counts]:
    """The counts of all scopes with one more call; or, where one of them refuses, when to ask again."""
    found = {scope.name: allowed(scope.rates, counts.get(scope.name, {}), now) for scope in scopes}
    waits = [each.again_at for each in found.values() if each.again_at is not None]
    if waits:
        return Allowed({}, max(waits))
    return {name: each.counts for name, each in found.items()}

