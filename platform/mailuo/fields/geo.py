"""A place on the earth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import ClassVar

from mailuo.base.problems import Language
from mailuo.fields.field_type import FieldType, found
from mailuo.fields.messages import NOT_GEO
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

_TEXT = re.compile(r"\s*(-?\d{1,2}(?:\.\d{1,12})?)\s*[,，]\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*", re.ASCII)


@dataclass(frozen=True)
class Geo(FieldType):
    """Latitude and longitude in degrees (WGS 84), to seven decimals: about a centimetre."""

    name: ClassVar[str] = "geo"
    zh: ClassVar[str] = "位置"
    en: ClassVar[str] = "place"
    widget: ClassVar[str] = "geo"
    column: ClassVar[ColumnKind | None] = ColumnKind.JSON

    @property
    def formula_type(self) -> Type:
        """Something that can only be blank or not."""
        return Type(Kind.OTHER)

    def read(self, raw: object, zone: tzinfo) -> object:
        """`{"lat": …, "lng": …}` from such an object, or from the text `30.27,120.15`."""
        if isinstance(raw, str) and (match := _TEXT.fullmatch(raw)):
            return _place(float(match[1]), float(match[2])) or NOT_GEO(found=found(raw))
        if isinstance(raw, Mapping) and set(raw) == {"lat", "lng"}:
            lat, lng = _degrees(raw["lat"]), _degrees(raw["lng"])
            if lat is not None and lng is not None:
                return _place(lat, lng) or NOT_GEO(found=found(raw))
        return NOT_GEO(found=found(raw))

    def words(self, value: object, language: Language, zone: tzinfo) -> str:
        """`30.27, 120.15`."""
        return f"{value['lat']}, {value['lng']}" if isinstance(value, Mapping) else str(value)


def _degrees(raw: object) -> float | None:
    return float(raw) if isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool) else None


def _place(lat: float, lng: float) -> dict[str, float] | None:
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        return None
    return {"lat": round(lat, 7), "lng": round(lng, 7)}
