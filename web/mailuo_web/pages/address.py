"""The address of a table page: what it asks for, and the same page asked otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

PARAMETERS = ("filter", "sort", "cursor", "columns", "add", "op", "value", "base")
SEVERAL = ("columns",)
"""Those that may be given more than once."""


@dataclass(frozen=True, slots=True)
class Address:
    """The path of a table or view, and its question; None means: as the view says."""

    path: str
    filter: str | None = None
    sort: str | None = None
    columns: tuple[str, ...] = ()
    cursor: str | None = None

    def pairs(self, *without: str) -> tuple[tuple[str, str], ...]:
        """The question as pairs of a form or query string."""
        pairs = [("filter", self.filter), ("sort", self.sort), ("cursor", self.cursor)]
        pairs += [("columns", name) for name in self.columns]
        return tuple((name, value) for name, value in pairs if value is not None and name not in without)

    @property
    def href(self) -> str:
        """The address as a link."""
        return _href(self.path, self.pairs())

    def filtered(self, text: str) -> str:
        """The page with another filter, from its beginning."""
        return replace(self, filter=text, cursor=None).href

    def sorted(self, text: str) -> str:
        """The page in another order, from its beginning."""
        return replace(self, sort=text, cursor=None).href

    def at(self, cursor: str | None) -> str:
        """The page that begins at a cursor."""
        return replace(self, cursor=cursor).href

    @property
    def changed(self) -> bool:
        """Whether it asks otherwise than its view."""
        return self.filter is not None or self.sort is not None


def _href(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path
