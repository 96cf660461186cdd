"""Mappings: a YAML file that names the field of each column, or nothing for a column to be left out."""

from collections.abc import Mapping

import yaml

from mailuo.base.problems import Refusal
from mailuo.exchange.messages import NOT_A_MAP

_LONGEST = 100_000


def read_mapping(text: str) -> Mapping[str, str | None]:
    """The fields by column; refuses a text that is not `column: field` throughout."""
    if len(text) > _LONGEST:
        raise Refusal(NOT_A_MAP())
    try:
        read = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        raise Refusal(NOT_A_MAP()) from None
    if not isinstance(read, dict):
        raise Refusal(NOT_A_MAP())
    mapping = {str(column): field for column, field in read.items()}
    if not all(field is None or isinstance(field, str) for field in mapping.values()):
        raise Refusal(NOT_A_MAP())
    return mapping
