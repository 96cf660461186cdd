"""Headings: the columns of an export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from mailuo.fields import FieldType

Lines = Iterator[Sequence[object]]
"""The values of each record, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of an export: their names, their types (None: a system value), and the zone of times.

    A `marked` CSV begins with the mark by which spreadsheets know UTF-8.
    """

    names: tuple[str, ...]
    types: tuple[FieldType | None, ...]
    zone: tzinfo
    marked: bool = False
