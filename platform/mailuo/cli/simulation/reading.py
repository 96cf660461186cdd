"""Reading a story: TOML in, a `Story` or one clear refusal out."""

import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailuo.base.problems import Refusal
from mailuo.cli.simulation.grammar import (
    Raw,
    Wrong,
    children_of,
    map_of,
    span_of,
    text_of,
    value_of,
    values_of,
    whole_of,
)
from mailuo.cli.simulation.messages import BAD_STORY, NO_STORY, NOT_TOML
from mailuo.cli.simulation.story import Leaving, Lines, Loaded, Past, Step, Story, Told, Voice

FILE = Path("tables", "samples", "story.toml")


def read_story(workspace: Path) -> Story:
    """The story of a workspace; raises Refusal with the place and what would be right."""
    file = workspace / FILE
    if not file.is_file():
        raise Refusal(NO_STORY(file=FILE))
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(NOT_TOML(file=FILE, found=error)) from None
    try:
        return _story(raw)
    except Wrong as wrong:
        raise Refusal(BAD_STORY(file=FILE, where=wrong.where, expected=wrong.expected)) from None


def _story(raw: Raw) -> Story:
    record = map_of(raw, "record", "")
    steps = map_of(raw, "nodes", "")
    return Story(
        table=text_of(record, "table", "record"),
        per_day=whole_of(raw, "per_day", ""),
        backlog=whole_of(raw, "backlog", ""),
        backlog_days=float(whole_of(raw, "backlog_days", "")),
        hours=tuple(float(hour) for hour in raw.get("hours", [1.0] * 24)),
        zone=_zone(raw),
        samples=tuple(Loaded(table, str(name)) for table, name in map_of(raw, "samples", "").items()),
        values=values_of(map_of(record, "values", "record"), "record.values"),
        brings=children_of(record.get("brings", []), "record.brings"),
        steps=_steps(steps),
        leaving=tuple(_leaving(name, each) for name, each in raw.get("exits", {}).items()),
        voices=tuple(_voice(name, each) for name, each in map_of(raw, "voices", "").items()),
        aside=values_of(map_of(record, "aside", "record"), "record.aside"),
        late=tuple(map(str, record.get("late", ()))),
        quiet_after=str(record.get("quiet_after", "")),
        news=tuple(map(str, record.get("news", ()))),
    )


def _zone(raw: Raw) -> ZoneInfo:
    try:
        return ZoneInfo(str(raw.get("zone", "Asia/Shanghai")))
    except (ZoneInfoNotFoundError, ValueError):
        raise Wrong("zone", "Asia/Shanghai, Europe/Paris …") from None


def _steps(raw: Raw) -> tuple[Step, ...]:
    steps: list[Step] = []
    for node, each in raw.items():
        path = f"nodes.{node}"
        before = (steps[-1].node,) if steps else ()
        wait = span_of(each, "wait", path)
        slow = each.get("slow", {})
        steps.append(
            Step(
                node,
                tuple(each.get("after", before)),
                value_of(each["source"], f"{path}.source") if "source" in each else None,
                wait,
                span_of(slow, "wait", f"{path}.slow") if slow else wait,
                float(slow.get("share", 0)),
                float(each.get("stuck", 0)),
                {str(name): str(value) for name, value in each.get("only", {}).items()},
                str(each.get("parts", "")),
                children_of(each.get("brings", []), f"{path}.brings"),
                bool(each.get("unless_reached", False)),
            )
        )
    return tuple(steps)


def _leaving(node: str, raw: Raw) -> Leaving:
    path = f"exits.{node}"
    share = raw.get("share", 0)
    return Leaving(node, float(share), value_of(raw.get("source"), f"{path}.source"), span_of(raw, "within", path))


def _voice(source: str, raw: Raw) -> Voice:
    path = f"voices.{source}"
    lines = map_of(raw, "lines", path)
    brings = raw.get("brings")
    return Voice(
        source,
        text_of(raw, "vendor", path),
        str(raw.get("hook", "")),
        Told(text_of(raw, "key", path)),
        {str(node): str(word) for node, word in map_of(raw, "says", path).items()},
        values_of(map_of(raw, "values", path), f"{path}.values"),
        str(raw.get("of", "")),
        None if brings is None else {str(name): str(value) for name, value in map_of(raw, "brings", path).items()},
        text_of(raw, "found_by", path) if brings is not None else "",
        tuple(map(str, raw.get("completed", ()))),
        _lines(lines, f"{path}.lines") if lines else None,
        _past(raw.get("past", Past.UNHEARD), f"{path}.past"),
    )


def _past(raw: object, path: str) -> Past:
    try:
        return Past(str(raw))
    except ValueError:
        raise Wrong(path, " / ".join(Past)) from None


def _lines(raw: Raw, path: str) -> Lines:
    values = values_of(map_of(raw, "values", path), f"{path}.values")
    return Lines(text_of(raw, "table", path), values, tuple(map(str, raw.get("completed", ()))))
