"""The player, before a server that is only a list: what it goes on with when records are there already."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from mailuo.base.clock import SystemClock
from mailuo.cli.simulation.life import Life
from mailuo.cli.simulation.pace import Pace
from mailuo.cli.simulation.player import Player
from mailuo.cli.simulation.plot import Author, Word
from mailuo.cli.simulation.reading import FILE, read_story
from mailuo.cli.simulation.server import Server
from mailuo.cli.simulation.story import Story, Voice
from mailuo.cli.simulation.voices import Voices

STORY = """
per_day = 1
backlog = 0
backlog_days = 1

[record]
table = "referrals"
values = {fee = "10.00"}
aside = {booked = "1{fee}"}

[nodes.received]
source = "desk"
wait = ["1s", "2s"]

[nodes.answered]
source = "ledger"
wait = ["1s", "2s"]

[voices.ledger]
vendor = "ledger"
key = "{key}"
says = {answered = "C"}
values = {amount = "{booked}"}
"""


class There:
    """A server on which one record has come half its way."""

    def rows(self, table: str, **asked: str) -> Iterator[dict[str, Any]]:
        """The record."""
        born = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        yield {"no": "R1", "fee": "10.00", "created_at": born, "received": born, "answered": None}

    def key_of(self, table: str, record: dict[str, Any]) -> str:
        """Its number."""
        return str(record["no"])


class Said:
    """Voices that only note what is said."""

    pusher = SimpleNamespace(idle=True)

    def __init__(self, story: Story) -> None:
        self.voice = story.voices[0]
        self.known: list[dict[str, object]] = []

    def speaking(self, life: Life, word: Word) -> Voice:
        """The one voice."""
        return self.voice

    def say(self, voice: Voice, life: Life, word: Word) -> None:
        """Notes it."""
        self.known.append(life.known)


def test_a_record_that_was_there_goes_on_with_all_that_messages_say_of_it(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(STORY, "utf-8")
    story, pace = read_story(tmp_path), Pace(SystemClock(), 100_000)
    said = Said(story)
    player = Player(story, Author(story, Random(1), pace.real), cast(Server, There()), pace, cast(Voices, said))
    player.prepare(tmp_path, births=0)
    player.play(pace.start + timedelta(hours=2))
    assert [(known["key"], known["booked"]) for known in said.known] == [("R1", "110.00")]
