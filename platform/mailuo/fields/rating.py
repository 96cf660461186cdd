"""A rating: a score given in stars."""

from dataclasses import dataclass
from typing import ClassVar

from mailuo.fields.field_type import Schema
from mailuo.fields.score import Score


@dataclass(frozen=True)
class Rating(Score):
    """Stars, from one to `max`; five unless said otherwise."""

    min: int = 1
    max: int = 5

    name: ClassVar[str] = "rating"
    zh: ClassVar[str] = "星级"
    en: ClassVar[str] = "rating"
    widget: ClassVar[str] = "rating"
    options: ClassVar[Schema] = {
        "max": {
            "type": "integer",
            "minimum": 2,
            "maximum": 10,
            "description": "最多几颗星，默认 5 / most stars, 5 unless said",
        }
    }
