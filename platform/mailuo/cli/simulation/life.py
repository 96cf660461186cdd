"""A life: a record of the story as the player knows it."""

from dataclasses import dataclass, field

from mailuo.cli.simulation.plot import Birth, Values, Word
from mailuo.cli.simulation.story import Voice


@dataclass
class Row:
    """A row that belongs to a record: its key, and what is known of it."""

    key: str
    values: Values


@dataclass
class Life:
    """A record: what is known of it, its key once it is there, its rows by table."""

    values: Values
    key: str = ""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    voice: Voice | None = None
    """Who brings it, if somebody does."""
    lines: list[Values] = field(default_factory=list)
    """The rows that come with it."""
    waiting: list[Birth | Word] = field(default_factory=list)
    """What is to be done when it has come."""

    @property
    def known(self) -> Values:
        """Everything that a message may say of it."""
        return {**self.values, "key": self.key}
