"""Floor 7: measures over many records."""

from mailuo.analytics.door import Analytics
from mailuo.analytics.grain import GRAINS
from mailuo.analytics.measure import MEASURES

__all__ = ["GRAINS", "MEASURES", "Analytics"]
