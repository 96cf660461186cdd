"""Polling: which stretch of time is asked about next, which pages, and how elements of answers become events. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Any

from mailuo.base.patterns import moment_text
from mailuo.connectors.filling import Filling, reader
from mailuo.connectors.signing.numbers import written
from mailuo.formulas import Context, Template
from mailuo.formulas.outside import member, text_of
from mailuo.metadata.connector import Pages, Window
from mailuo.metadata.given import Path

MOST_PAGES = 1_000
SHORTEST = timedelta(minutes=1)
"""Of stretches that failures have shortened."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time to ask about."""

    start: datetime
    end: datetime


def next_stretch(
    window: Window, reached: datetime | None, now: datetime, span: timedelta | None = None
) -> Stretch | None:
    """The stretch after what was reached, overlapping it, ending a little before now; None while there is none.

    `span` is how long it may be where that is less than what is declared.
    """
    latest = now - window.lag
    if reached is not None and reached >= latest:
        return None
    overlap = min(window.overlap, window.most / 2)
    start = latest - window.most if reached is None else reached - overlap
    length = window.most if span is None else min(window.most, max(span, 2 * overlap))
    return Stretch(start, min(start + length, latest))


def shorter(failed: Stretch) -> timedelta:
    """How long the next stretch may be after one of which an answer failed: half as long has half as many that may."""
    return max(timedelta(seconds=(failed.end - failed.start) // timedelta(seconds=2)), SHORTEST)


def longer(window: Window, span: timedelta) -> timedelta | None:
    """How long the next may be after one that was answered whole; None for as long as is declared."""
    return None if 2 * span >= window.most else 2 * span


def parameters(window: Window, stretch: Stretch, zone: tzinfo) -> Mapping[str, str]:
    """What the operation is given for a stretch."""
    return {window.start: moment_text(stretch.start, window.format, zone), window.end: moment_text(stretch.end, window.format, zone)}


Ask = Callable[[Mapping[str, str]], object]
"""The body of the answer to a page, given its parameters."""


def pages(declared: Pages | None, each: Path, ask: Ask, now: datetime, zone: tzinfo) -> Iterator[Sequence[object]]:
    """The elements of page after page, in the order in which the declaration wants them asked for."""
    if declared is None:
        yield elements(ask({}), each)
        return
    if declared.next is not None:
        yield from _following(declared, declared.next, each, ask, now, zone)
        return
    first = ask(_page(declared, declared.first))
    if declared.backwards:
        yield from _backwards(declared, each, ask, first)
        return
    yield elements(first, each)
    body, number = first, declared.first
    while number - declared.first < MOST_PAGES and _goes_on(declared, each, body, number, now, zone):
        number += 1
        body = ask(_page(declared, number))
        yield elements(body, each)


def _following(
    declared: Pages, next_: Path, each: Path, ask: Ask, now: datetime, zone: tzinfo
) -> Iterator[Sequence[object]]:
    """Page after page as each answer names the next, until one names none, or one that was there before."""
    asked: set[str] = set()
    word: str | None = None
    while len(asked) < MOST_PAGES and word not in asked:
        if word is not None:
            asked.add(word)
        body = ask(_sized(declared) if word is None else {**_sized(declared), declared.parameter: word})
        yield elements(body, each)
        word = text_of(member(body, next_))
        more = declared.more is None or Filling(reader(body=body), Context(now, zone)).holds(declared.more)
        if word is None or not more:
            return


def _backwards(declared: Pages, each: Path, ask: Ask, first: object) -> Iterator[Sequence[object]]:
    """From the last page to the first: what moves forward between two pages is met again, never missed."""
    count = min(-(-(_total(declared, first) or 0) // declared.size), MOST_PAGES)
    for number in range(declared.first + count - 1, declared.first, -1):
        yield elements(ask(_page(declared, number)), each)
    yield elements(first if count <= 1 else ask(_page(declared, declared.first)), each)


def _goes_on(declared: Pages, each: Path, body: object, number: int, now: datetime, zone: tzinfo) -> bool:
    if declared.more is not None:
        return Filling(reader(body=body), Context(now, zone)).holds(declared.more)
    total = _total(declared, body)
    if total is not None:
        return (number - declared.first + 1) * declared.size < total
    return len(elements(body, each)) >= declared.size


def _page(declared: Pages, number: int) -> Mapping[str, str]:
    return {declared.parameter: str(number), **_sized(declared)}


def _sized(declared: Pages) -> Mapping[str, str]:
    return {declared.size_parameter: str(declared.size)} if declared.size_parameter else {}


def _total(declared: Pages, body: object) -> int | None:
    said = (text_of(member(body, declared.total)) or "").partition(".")[0] if declared.total else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def elements(body: object, each: Path) -> Sequence[object]:
    """What a body holds at a path: its list, a single one as a list of one; without a path the body, or all that it lists."""
    if not each:
        return body if isinstance(body, (list, tuple)) else [body]
    found = member(body, each)
    if isinstance(found, str):
        found = _list_in(found)
    if found is None:
        return []
    return found if isinstance(found, (list, tuple)) else [found]


def _list_in(text: str) -> object:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (list, dict)) else None


def wrapped(each: Path, element: object) -> object:
    """A body that holds this element alone where an event holds its elements."""
    if not each:
        return element
    body: Any = [element]
    for step in reversed(each):
        body = {step: body}
    return body


def holding(body: object, each: Path, element: object) -> object:
    """The body with this element alone of those that it holds at a path, and all else that it says."""
    if not each:
        return element
    if not isinstance(body, Mapping):
        return wrapped(each, element)
    step = next((name for name in body if name.casefold() == each[0].casefold()), each[0])
    step = each[0] if each[0] in body else step
    inner = body.get(step)
    return {**body, step: [element] if len(each) == 1 else holding(inner, each[1:], element)}


def key_of(template: Template | None, element: object, now: datetime, zone: tzinfo) -> str:
    """What makes two elements one event: what the declaration says, else a digest of all that it holds."""
    said = Filling(reader(item=element), Context(now, zone)).text(template) if template is not None else None
    return said or digest(element)


def digest(body: object) -> str:
    """A digest of a body."""
    return sha256(written(body).encode()).hexdigest()
