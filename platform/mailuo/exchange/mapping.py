"""Mappings: a YAML file that names the field of each column, or nothing for a column to be left out."""

from collections.abc import Mapping

from mailuo.base.problems import Refusal
from mailuo.exchange.messages import NOT_A_MAP
from mailuo.metadata.document import Entry, Scalar
from mailuo.metadata.reading import read_document


def read_mapping(text: str) -> Mapping[str, str | None]:
    """The fields by column, each as it is written; refuses a text that is not `column: field` throughout."""
    read = read_document("", text)
    if read.root is None or read.problems:
        raise Refusal(NOT_A_MAP())
    return {entry.key.text: _field(entry) for entry in read.root}


def _field(entry: Entry) -> str | None:
    if not isinstance(entry.value, Scalar):
        raise Refusal(NOT_A_MAP())
    return None if entry.value.missing else entry.value.text
