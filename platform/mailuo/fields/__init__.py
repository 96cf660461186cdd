"""Floor 2: field types, one pure class in one file each, all listed in `FIELD_TYPES`."""

from collections.abc import Mapping
from types import MappingProxyType

from mailuo.fields.address import Address
from mailuo.fields.barcode import Barcode
from mailuo.fields.boolean import Boolean
from mailuo.fields.choice import Choice, Option
from mailuo.fields.choices import Choices
from mailuo.fields.computed import Computed
from mailuo.fields.day import Date
from mailuo.fields.duration import Duration
from mailuo.fields.email_address import Email
from mailuo.fields.field_type import MASKED, FieldType
from mailuo.fields.file import File
from mailuo.fields.formula import FormulaField
from mailuo.fields.geo import Geo
from mailuo.fields.image import Image
from mailuo.fields.json_value import JsonValue
from mailuo.fields.link import Link
from mailuo.fields.links import Links
from mailuo.fields.long_text import LongText
from mailuo.fields.lookup import Lookup
from mailuo.fields.moment import Datetime
from mailuo.fields.money import Money
from mailuo.fields.number import Number
from mailuo.fields.phone import Phone
from mailuo.fields.rating import Rating
from mailuo.fields.rollup import Rollup
from mailuo.fields.score import Score
from mailuo.fields.signature import Signature
from mailuo.fields.tags import Tags
from mailuo.fields.text import Text
from mailuo.fields.url import Url
from mailuo.fields.user import User

_ALL: tuple[type[FieldType], ...] = (
    Text,
    LongText,
    Number,
    Money,
    Boolean,
    Date,
    Datetime,
    Duration,
    Choice,
    Choices,
    Tags,
    Link,
    Links,
    Lookup,
    Rollup,
    FormulaField,
    File,
    Image,
    Signature,
    Phone,
    Email,
    Url,
    Address,
    Geo,
    Barcode,
    Rating,
    Score,
    User,
    JsonValue,
)

FIELD_TYPES: Mapping[str, type[FieldType]] = MappingProxyType({type_.name: type_ for type_ in _ALL})

__all__ = [
    "FIELD_TYPES",
    "MASKED",
    "Choice",
    "Choices",
    "Computed",
    "Date",
    "Datetime",
    "Duration",
    "FieldType",
    "File",
    "FormulaField",
    "Link",
    "Links",
    "Lookup",
    "Money",
    "Number",
    "Option",
    "Rollup",
    "Score",
    "Tags",
    "Text",
    "User",
]
