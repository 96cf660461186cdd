"""Measures: what is computed over the records of a group.

Each one says of which kinds of value it can be taken and how it comes about; the SQL stands in `grouping`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from mailuo.formulas.types import TEXTS, Kind

_ORDERED = frozenset({Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.DURATION, *TEXTS})
_COUNTED = frozenset({*_ORDERED, Kind.BOOLEAN})


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to measure: its titles, the kinds it takes, and for a percentile its share of the way."""

    id: str
    zh: str
    en: str
    kinds: frozenset[Kind]
    share: Fraction | None = None


_ALL = (
    Measure("count", "数量", "count", frozenset(Kind)),
    Measure("sum", "合计", "sum", frozenset({Kind.NUMBER})),
    Measure("avg", "平均", "average", frozenset({Kind.NUMBER})),
    Measure("median", "中位数", "median", frozenset({Kind.NUMBER}), Fraction(1, 2)),
    Measure("p90", "九成在此以内", "90th percentile", frozenset({Kind.NUMBER}), Fraction(9, 10)),
    Measure("min", "最小", "minimum", _ORDERED),
    Measure("max", "最大", "maximum", _ORDERED),
    Measure("rate", "比率", "rate", frozenset({Kind.BOOLEAN})),
    Measure("distinct", "不同的值", "distinct", _COUNTED),
)
MEASURES: Mapping[str, Measure] = {measure.id: measure for measure in _ALL}
"""Every measure, by the name it is asked for."""
