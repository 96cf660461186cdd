"""Scenes: records that stand where something is wrong, since when the author says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from mailuo.base.problems import Refusal
from mailuo.cli.simulation.plot import Author, Plot, Word
from mailuo.cli.simulation.reading import read_story
from mailuo.cli.simulation.reading_scenes import FILE, read_scenes
from mailuo.cli.simulation.scenes import NO_SCENES, Scenes
from tests.surroundings import ROOT

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
STORY = """
per_day = 100
backlog = 0
backlog_days = 1

[record]
table = "referrals"
values = {urgent = "no", asked_at = {now = "0s"}, wanted_at = {ahead = ["1h", "2h"]}}

[nodes.received]
source = "desk"
wait = ["1m", "2m"]

[nodes.tested]
source = "lab"
wait = ["1h", "2h"]
stuck = 0.9

[nodes.answered]
source = "role:doctor"
wait = ["1h", "2h"]
"""
SCENES = """
[[firsts]]
count = 3
within = ["1s", "9s"]

[[scenes]]
count = 4
since = "tested"
ago = ["5h", "6h"]
stops = ["answered"]
values = {urgent = "yes"}
[[scenes.rumours]]
node = "tested"
source = "desk"
before = ["20m", "30m"]
"""


def staged(folder: Path, scenes: str = SCENES) -> tuple[Scenes, Author]:
    """Scenes from their text, and an author of the story above."""
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(scenes, "utf-8")
    (folder / FILE.parent / "story.toml").write_text(STORY, "utf-8")
    return read_scenes(folder), Author(read_story(folder), Random(1), present=NOW)


def said(plot: Plot, node: str) -> dict[str, datetime]:
    """Who says when of a node."""
    return {deed.source: deed.at for deed in plot.deeds if isinstance(deed, Word) and deed.node == node}


def test_a_scene_stands_where_it_is_to_stand_since_the_time_that_is_told(tmp_path: Path) -> None:
    scenes, author = staged(tmp_path)
    plots = list(scenes.plots(author, NOW))
    assert len(plots) == 4
    for plot in plots:
        assert timedelta(hours=5) <= NOW - said(plot, "tested")["lab"] <= timedelta(hours=6)
        assert not said(plot, "answered")
        assert plot.birth.values["urgent"] == "yes"
        assert plot.birth.values["asked_at"] == plot.birth.at.isoformat()


def test_a_rumour_comes_before_what_is_true(tmp_path: Path) -> None:
    scenes, author = staged(tmp_path)
    for plot in scenes.plots(author, NOW):
        times = said(plot, "tested")
        assert timedelta(minutes=20) <= times["lab"] - times["desk"] <= timedelta(minutes=30)


def test_a_time_ahead_is_counted_from_the_beginning(tmp_path: Path) -> None:
    scenes, author = staged(tmp_path)
    for plot in scenes.plots(author, NOW):
        wanted = datetime.fromisoformat(str(plot.birth.values["wanted_at"]))
        assert timedelta(hours=1) <= wanted - NOW <= timedelta(hours=2)


def test_the_first_records_come_soon(tmp_path: Path) -> None:
    scenes, author = staged(tmp_path)
    births = [plot.birth.at for plot in scenes.first(author, NOW)]
    assert births == sorted(births)
    assert all(timedelta(0) < born - NOW < timedelta(seconds=10) for born in births)


def test_a_workspace_without_scenes_has_none(tmp_path: Path) -> None:
    assert read_scenes(tmp_path) == NO_SCENES


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (SCENES.replace("count = 4", 'count = "four"'), "scenes.1.count"),
        (SCENES.replace('ago = ["5h", "6h"]', 'ago = "5h"'), "scenes.1.ago"),
        (SCENES.replace('node = "tested"', ""), "scenes.1.rumours.1.node"),
        ("strays = 3", "strays"),
    ],
)
def test_a_wrong_scene_is_refused_with_the_place(tmp_path: Path, broken: str, place: str) -> None:
    with pytest.raises(Refusal, match=f"{place} "):
        staged(tmp_path, broken)


def test_every_name_in_the_scenes_of_the_workspace_is_known() -> None:
    scenes, story = read_scenes(ROOT), read_story(ROOT)
    nodes = {step.node for step in story.steps}
    for scene in scenes.staged:
        assert {scene.since, *scene.stops, *(rumour.node for rumour in scene.rumours)} <= nodes
        assert set(scene.values) <= set(story.values)
    people = {person.name for person in scenes.people}
    assert {note.person for note in scenes.notes} | {proof.person for proof in scenes.proofs} <= people
    assert {stray.voice for stray in scenes.strays} <= {voice.source for voice in story.voices}
    assert all((ROOT / FILE.parent / proof.photo).is_file() for proof in scenes.proofs)
