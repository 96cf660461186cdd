"""Parts of a declaration once the grammar has typed them: what the builders read.

Every text knows its place, so that what is found wrong later can still be shown where it stands.
A part answers leniently: what was missing or wrong has been reported by the grammar already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from mailuo.base.problems import Place


class Written(str):
    """A text of a file, with its place and its path inside the document."""

    place: Place
    path: str
    quoted: bool

    __slots__ = ("path", "place", "quoted")

    @classmethod
    def at(cls, text: str, place: Place, path: str, quoted: bool = False) -> Self:
        """The text as written there."""
        written = cls(text)
        written.place, written.path, written.quoted = place, path, quoted
        return written

    @property
    def inside(self) -> Place:
        """Where the text itself begins, after its quotation mark."""
        return self.place.moved(1) if self.quoted else self.place


@dataclass(frozen=True, slots=True)
class Part:
    """A typed map: its keys as written, and their values (texts, numbers, parts, tuples of these)."""

    place: Place
    path: str
    values: Mapping[Written, object] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[Written]:
        return iter(self.values)

    def get(self, key: str) -> object:
        """The value of a key, or None."""
        return self.values.get(Written(key))

    def key(self, name: str) -> Written:
        """The key as written, for pointing at it; the part itself when it is absent."""
        return next((key for key in self.values if key == name), Written.at(name, self.place, self.path))

    def text(self, key: str) -> Written | None:
        """A text, or None."""
        value = self.get(key)
        return value if isinstance(value, Written) else None

    def plain(self, key: str) -> str | None:
        """A text that needs no place any more, or None."""
        value = self.text(key)
        return None if value is None else str(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """Yes or no."""
        value = self.get(key)
        return value if isinstance(value, bool) else default

    def whole(self, key: str) -> int | None:
        """A whole number, or None."""
        value = self.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def span(self, key: str) -> timedelta | None:
        """A duration, or None."""
        value = self.get(key)
        return value if isinstance(value, timedelta) else None

    def words(self, key: str) -> tuple[Written, ...]:
        """The texts of a list; a single text is a list of one."""
        value = self.get(key)
        items = value if isinstance(value, tuple) else (value,)
        return tuple(item for item in items if isinstance(item, Written))

    def part(self, key: str) -> "Part":
        """The map below a key; an empty one when there is none."""
        value = self.get(key)
        return value if isinstance(value, Part) else Part(self.place, f"{self.path}.{key}" if self.path else key)

    def parts(self, key: str) -> tuple["Part", ...]:
        """The maps of a list; a single map is a list of one."""
        value = self.get(key)
        items = value if isinstance(value, tuple) else (value,)
        return tuple(item for item in items if isinstance(item, Part))

    def named(self, key: str) -> Iterator[tuple[Written, "Part"]]:
        """The maps below a key, with the names they were given."""
        below = self.part(key)
        for name in below:
            value = below.values[name]
            yield name, value if isinstance(value, Part) else Part(name.place, name.path)


def bare(value: object) -> object:
    """A value without places: plain texts, lists and dictionaries."""
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, Part):
        return {str(key): bare(item) for key, item in value.values.items()}
    return [bare(item) for item in value] if isinstance(value, tuple) else value
