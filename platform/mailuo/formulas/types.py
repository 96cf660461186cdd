"""Types: what kind of value a formula sees or gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """The kinds of values; each with its Python type."""

    TEXT = "text"  # str
    NUMBER = "number"  # Decimal
    BOOLEAN = "boolean"  # bool
    DATE = "date"  # date
    MOMENT = "moment"  # datetime in UTC
    DURATION = "duration"  # timedelta
    CHOICE = "choice"  # the option's id
    TAGS = "tags"  # tuple of texts or option ids
    LINK = "link"  # the key of the record pointed to
    LINKS = "links"  # only blank or not
    OTHER = "other"  # only blank or not
    BLANK = "blank"  # the empty text "", which fits everywhere


WORDS: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("文字", "a text"),
    Kind.NUMBER: ("数字", "a number"),
    Kind.BOOLEAN: ("是否", "yes or no"),
    Kind.DATE: ("日期", "a date"),
    Kind.MOMENT: ("时间", "a moment"),
    Kind.DURATION: ("时长", "a duration"),
    Kind.CHOICE: ("选项", "a choice"),
    Kind.TAGS: ("标签", "tags"),
    Kind.LINK: ("关联", "a link"),
    Kind.LINKS: ("多条关联", "links"),
    Kind.OTHER: ("这种内容", "a value of this kind"),
    Kind.BLANK: ("空", "a blank"),
}
"""What people call a value of each kind, in Chinese and English."""

TEXTS = frozenset({Kind.TEXT, Kind.CHOICE, Kind.LINK})
"""The kinds whose values are texts."""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of value; a choice with the titles of its options by id, a link with the table it leads to."""

    kind: Kind
    options: Mapping[str, str] | None = field(default=None, hash=False)
    table: str | None = None
    outside: bool = False
    """Whether it is a text from outside: it is read as a number, moment or truth where the formula asks for one."""


TEXT = Type(Kind.TEXT)
OUTSIDE = Type(Kind.TEXT, outside=True)
NUMBER = Type(Kind.NUMBER)
BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE)
MOMENT = Type(Kind.MOMENT)
DURATION = Type(Kind.DURATION)
BLANK = Type(Kind.BLANK)
STATES = Type(
    Kind.CHOICE,
    options={
        "not_applicable": "不适用",
        "pending": "未到",
        "due": "待完成",
        "reached": "已完成",
        "inferred": "推断已过",
        "disputed": "有争议",
    },
)
"""How a node can stand."""
