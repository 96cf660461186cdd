"""A declaration file as it stands: texts, lists and maps, each with its place; nothing is typed yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailuo.base.problems import Place


@dataclass(frozen=True, slots=True)
class Scalar:
    """One written value: always the text as written, whatever it looks like."""

    text: str
    place: Place
    quoted: bool = False

    @property
    def missing(self) -> bool:
        """Whether nothing was written (`key:` alone, `~` or `null`)."""
        return not self.quoted and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value`."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map; its entries stand in the order in which they were written, each key once."""

    entries: tuple[Entry, ...]
    place: Place

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def get(self, key: str) -> "Node | None":
        """The value of a key, or None."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)


Node = Scalar | Sequence | Mapping
