"""Reading scenes: TOML in, `Scenes` or one clear refusal out."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from mailuo.base.problems import Refusal
from mailuo.cli.simulation.grammar import Raw, Wrong, map_of, span_of, text_of, values_of, whole_of
from mailuo.cli.simulation.messages import BAD_STORY, NOT_TOML
from mailuo.cli.simulation.scenes import Answers, First, Note, Person, Proof, Rumour, Scene, Scenes, Stray, Trial

FILE = Path("tables", "samples", "scenes.toml")


def read_scenes(workspace: Path) -> Scenes:
    """The scenes of a workspace, none where it has no such file; raises Refusal with the place and what would be right."""
    file = workspace / FILE
    if not file.is_file():
        return Scenes()
    try:
        return _scenes(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(NOT_TOML(file=FILE, found=error)) from None
    except Wrong as wrong:
        raise Refusal(BAD_STORY(file=FILE, where=wrong.where, expected=wrong.expected)) from None


def _scenes(raw: Raw) -> Scenes:
    return Scenes(
        people=tuple(_person(name, each) for name, each in map_of(raw, "people", "").items()),
        staged=tuple(_scene(each, path) for each, path in _entries(raw, "scenes")),
        firsts=tuple(
            First(whole_of(each, "count", path), span_of(each, "within", path))
            for each, path in _entries(raw, "firsts")
        ),
        strays=tuple(
            Stray(
                text_of(each, "voice", path),
                text_of(each, "word", path),
                text_of(each, "key", path),
                values_of(map_of(each, "values", path), f"{path}.values"),
            )
            for each, path in _entries(raw, "strays")
        ),
        notes=tuple(
            Note(
                text_of(each, "person", path),
                text_of(each, "rule", path),
                whole_of(each, "count", path),
                text_of(each, "text", path),
            )
            for each, path in _entries(raw, "notes")
        ),
        trials=tuple(
            Trial(
                text_of(each, "connector", path),
                text_of(each, "operation", path),
                {name: str(value) for name, value in map_of(each, "with", path).items()},
            )
            for each, path in _entries(raw, "trials")
        ),
        proofs=tuple(_proof(each, path) for each, path in _entries(raw, "proofs")),
        answers=tuple(
            Answers(
                text_of(each, "vendor", path),
                float(each.get("share", 1)),
                span_of(each, "within", path),
                values_of(map_of(each, "values", path), f"{path}.values"),
            )
            for each, path in _entries(raw, "answers")
        ),
    )


def _entries(raw: Raw, name: str) -> Iterator[tuple[Raw, str]]:
    """The entries of an array of tables, each with its place."""
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Wrong(name, f"[[{name}]]")
    return ((each, f"{name}.{number}") for number, each in enumerate(found, 1))


def _person(name: str, raw: Raw) -> Person:
    path = f"people.{name}"
    return Person(name, tuple(map(str, raw.get("roles", ()))), text_of(raw, "email", path), text_of(raw, "wecom", path))


def _scene(raw: Raw, path: str) -> Scene:
    return Scene(
        whole_of(raw, "count", path),
        text_of(raw, "since", path),
        span_of(raw, "ago", path),
        frozenset(map(str, raw.get("stops", ()))),
        values_of(map_of(raw, "values", path), f"{path}.values"),
        tuple(_rumour(each, f"{path}.{place}") for each, place in _entries(raw, "rumours")),
    )


def _rumour(raw: Raw, path: str) -> Rumour:
    return Rumour(
        text_of(raw, "node", path),
        text_of(raw, "source", path),
        str(raw.get("after", "")),
        span_of(raw, "before", path) if "before" in raw else None,
        span_of(raw, "later", path) if "later" in raw else None,
    )


def _proof(raw: Raw, path: str) -> Proof:
    return Proof(
        text_of(raw, "person", path),
        text_of(raw, "cause", path),
        text_of(raw, "photo", path),
        str(raw.get("text", "")),
        str(raw.get("reviewer", "")),
    )
