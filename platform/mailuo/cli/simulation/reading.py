"""Reading a story: TOML in, a `Story` or one clear refusal out."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailuo.base.moments import parse_duration
from mailuo.base.problems import Refusal
from mailuo.cli.simulation.messages import BAD_STORY, NO_STORY, NOT_TOML
from mailuo.cli.simulation.story import (
    Amount,
    Case,
    Children,
    Choose,
    Leaving,
    Lines,
    Loaded,
    Moment,
    Sample,
    Span,
    Step,
    Story,
    Told,
    Value,
    Voice,
)

FILE = Path("tables", "samples", "story.toml")
Raw = Mapping[str, Any]


def read_story(workspace: Path) -> Story:
    """The story of a workspace; raises Refusal with the place and what would be right."""
    file = workspace / FILE
    if not file.is_file():
        raise Refusal(NO_STORY(file=FILE))
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(NOT_TOML(file=FILE, found=error)) from None
    return _story(raw)


def _story(raw: Raw) -> Story:
    record = _map(raw, "record", "")
    steps = _map(raw, "nodes", "")
    return Story(
        table=_text(record, "table", "record"),
        per_day=_whole(raw, "per_day", ""),
        backlog=_whole(raw, "backlog", ""),
        backlog_days=float(_whole(raw, "backlog_days", "")),
        hours=tuple(float(hour) for hour in raw.get("hours", [1.0] * 24)),
        zone=_zone(raw),
        samples=tuple(Loaded(table, str(name)) for table, name in _map(raw, "samples", "").items()),
        values=_values(_map(record, "values", "record"), "record.values"),
        brings=_children(record.get("brings", []), "record.brings"),
        steps=_steps(steps),
        leaving=tuple(_leaving(name, each) for name, each in raw.get("exits", {}).items()),
        voices=tuple(_voice(name, each) for name, each in _map(raw, "voices", "").items()),
    )


def _zone(raw: Raw) -> ZoneInfo:
    try:
        return ZoneInfo(str(raw.get("zone", "Asia/Shanghai")))
    except (ZoneInfoNotFoundError, ValueError):
        raise _wrong("zone", "Asia/Shanghai, Europe/Paris …") from None


def _steps(raw: Raw) -> tuple[Step, ...]:
    steps: list[Step] = []
    for node, each in raw.items():
        path = f"nodes.{node}"
        before = (steps[-1].node,) if steps else ()
        wait = _span(each, "wait", path)
        slow = each.get("slow", {})
        steps.append(
            Step(
                node,
                tuple(each.get("after", before)),
                _value(each["source"], f"{path}.source") if "source" in each else None,
                wait,
                _span(slow, "wait", f"{path}.slow") if slow else wait,
                float(slow.get("share", 0)),
                float(each.get("stuck", 0)),
                {str(name): str(value) for name, value in each.get("only", {}).items()},
                str(each.get("parts", "")),
                _children(each.get("brings", []), f"{path}.brings"),
                bool(each.get("unless_reached", False)),
            )
        )
    return tuple(steps)


def _leaving(node: str, raw: Raw) -> Leaving:
    path = f"exits.{node}"
    share = raw.get("share", 0)
    return Leaving(node, float(share), _value(raw.get("source"), f"{path}.source"), _span(raw, "within", path))


def _voice(source: str, raw: Raw) -> Voice:
    path = f"voices.{source}"
    lines = _map(raw, "lines", path)
    brings = raw.get("brings")
    return Voice(
        source,
        _text(raw, "vendor", path),
        str(raw.get("hook", "")),
        Told(_text(raw, "key", path)),
        {str(node): str(word) for node, word in _map(raw, "says", path).items()},
        _values(_map(raw, "values", path), f"{path}.values"),
        str(raw.get("of", "")),
        None if brings is None else {str(name): str(value) for name, value in _map(raw, "brings", path).items()},
        _text(raw, "found_by", path) if brings is not None else "",
        tuple(map(str, raw.get("completed", ()))),
        _lines(lines, f"{path}.lines") if lines else None,
    )


def _lines(raw: Raw, path: str) -> Lines:
    values = _values(_map(raw, "values", path), f"{path}.values")
    return Lines(_text(raw, "table", path), values, tuple(map(str, raw.get("completed", ()))))


def _children(raw: list[Raw], path: str) -> tuple[Children, ...]:
    found = []
    for each in raw:
        low, high = each.get("count", [1, 1])
        values = _values(_map(each, "values", path), f"{path}.values")
        found.append(Children(_text(each, "table", path), _text(each, "by", path), int(low), int(high), values))
    return tuple(found)


def _values(raw: Raw, path: str) -> dict[str, Value]:
    return {name: _value(value, f"{path}.{name}") for name, value in raw.items()}


def _value(raw: Any, path: str) -> Value:
    match raw:
        case bool() | int():
            return raw
        case str():
            return Told(raw)
        case list():
            return tuple(str(each) for each in raw)
        case {"choose": dict() as weights}:
            return Choose({str(name): float(weight) for name, weight in weights.items()})
        case {"choose": list() as names}:
            return Choose({str(name): 1.0 for name in names})
        case {"by": str() as field, "is": dict() as values}:
            return Case(field, _values(values, f"{path}.is"))
        case {"between": [low, high], **rest}:
            return Amount(str(low), str(high), str(rest.get("step", "1")))
        case {"sample": str() as sample, **rest}:
            return Sample(sample, str(rest.get("column", "")))
        case {"now": str() as moved}:
            return Moment(_length(moved, path))
    raise _wrong(path, "choose / by+is / between / sample / now / text")


def _span(raw: Raw, name: str, path: str) -> Span:
    pair = raw.get(name)
    if not isinstance(pair, list) or len(pair) != 2:
        raise _wrong(f"{path}.{name}", '["5m", "2h"]')
    return Span(_length(pair[0], path), _length(pair[1], path))


def _length(text: object, path: str) -> timedelta:
    length = parse_duration(str(text))
    if length is None:
        raise _wrong(path, "90s / 2h30m / 7d")
    return length


def _map(raw: Raw, name: str, path: str) -> Raw:
    found = raw.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(f"{path}.{name}", "[…]")
    return found


def _text(raw: Raw, name: str, path: str) -> str:
    found = raw.get(name)
    if not isinstance(found, str) or not found:
        raise _wrong(f"{path}.{name}", '"…"')
    return found


def _whole(raw: Raw, name: str, path: str) -> int:
    found = raw.get(name)
    if not isinstance(found, int) or found < 0:
        raise _wrong(f"{path}.{name}", "0, 1, 2 …")
    return found


def _wrong(path: str, expected: str) -> Refusal:
    return Refusal(BAD_STORY(file=FILE, where=path.lstrip("."), expected=expected))
