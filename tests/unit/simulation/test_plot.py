"""Plots drawn from a story: what is said, in what order, and what is left out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from mailuo.base.problems import Refusal
from mailuo.cli.simulation.plot import Author, Birth, Word
from mailuo.cli.simulation.reading import FILE, read_story
from mailuo.cli.simulation.story import Story

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
STORY = """
per_day = 2400
backlog = 40
backlog_days = 10

[samples]
patients = "patients.csv"

[record]
table = "referrals"
values = {clinic = {choose = {N = 3, S = 1}}, urgent = {choose = ["yes", "no"]}, asked_at = {now = "0s"}, note = "R{n}"}

[[record.brings]]
table = "papers"
by = "referral"
count = [2, 2]
values = {patient = {sample = "patients"}, fee = {between = ["10.00", "20.00"], step = "0.50"}}

[nodes.received]
source = "desk"
wait = ["1m", "2m"]

[nodes.tested]
source = {by = "clinic", is = {N = "lab_n", S = "lab_s"}}
wait = ["1h", "2h"]
only = {urgent = "yes"}

[nodes.answered]
source = "role:doctor"
wait = ["1h", "2h"]
"""


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """The story above."""
    return told(tmp_path, STORY)


def told(folder: Path, text: str) -> Story:
    """A story from its text."""
    file = folder / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return read_story(folder)


def author(story: Story, seed: int = 1) -> Author:
    """An author with two patients to draw from."""
    return Author(story, Random(seed), samples={"patients": [{"id": "p1"}, {"id": "p2"}]})


def test_a_plot_tells_its_words_in_order_of_time(story: Story) -> None:
    plot = author(story).plot(NOW)
    times = [deed.at for deed in plot.deeds]
    assert times == sorted(times)
    assert next(deed.node for deed in plot.deeds if isinstance(deed, Word)) == "received"


def test_a_record_brings_its_rows_with_values_in_their_range(story: Story) -> None:
    rows = [deed for deed in author(story).plot(NOW).deeds if isinstance(deed, Birth)]
    assert [row.table for row in rows] == ["papers", "papers"]
    assert all(10 <= float(str(row.values["fee"])) <= 20 and row.values["patient"] in ("p1", "p2") for row in rows)


def test_a_step_is_passed_over_by_records_that_it_does_not_concern(story: Story) -> None:
    drawn = author(story)
    for _ in range(50):
        plot = drawn.plot(NOW)
        nodes = [deed.node for deed in plot.deeds if isinstance(deed, Word)]
        assert ("tested" in nodes) == (plot.birth.values["urgent"] == "yes")
        assert nodes[-1] == "answered"


def test_the_source_follows_from_another_value(story: Story) -> None:
    drawn = author(story)
    for _ in range(50):
        plot = drawn.plot(NOW)
        sources = {deed.source for deed in plot.deeds if isinstance(deed, Word) and deed.node == "tested"}
        assert sources <= {f"lab_{str(plot.birth.values['clinic']).lower()}"}


def test_the_same_seed_tells_the_same_story(story: Story) -> None:
    assert [author(story, 7).plot(NOW) for _ in range(3)] == [author(story, 7).plot(NOW) for _ in range(3)]


def test_arrivals_come_as_often_as_the_story_says(story: Story) -> None:
    count = len(list(author(story).arrivals(NOW, NOW + timedelta(days=2))))
    assert 4400 < count < 5200


def test_what_is_reached_already_is_not_said_again(story: Story) -> None:
    values = {"clinic": "N", "urgent": "yes"}
    left = author(story).continued(NOW - timedelta(days=3), dict(values), {"received": NOW - timedelta(days=3)}, NOW)
    assert [deed.node for deed in left if isinstance(deed, Word)] != []
    assert all(isinstance(deed, Word) and deed.node != "received" and deed.at > NOW for deed in left)


def test_every_speaker_of_the_story_is_named(story: Story) -> None:
    assert story.sources == ("desk", "lab_n", "lab_s", "role:doctor")


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        (STORY.replace('["1m", "2m"]', '["soon", "2m"]'), "nodes.received"),
        (STORY.replace('["1m", "2m"]', '"1m"'), "nodes.received.wait"),
        (STORY.replace("per_day = 2400", 'per_day = "many"'), "per_day"),
        (STORY.replace('table = "referrals"', ""), "record.table"),
        (STORY.replace('{now = "0s"}', "{when = 3}"), "record.values.asked_at"),
    ],
)
def test_a_wrong_story_is_refused_with_the_place(tmp_path: Path, broken: str, path: str) -> None:
    with pytest.raises(Refusal, match=f"{path} "):
        told(tmp_path, broken)


def test_a_missing_story_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"story\.toml"):
        read_story(tmp_path)
