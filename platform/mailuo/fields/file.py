"""A file: the id of something uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar, Self
from uuid import UUID

from mailuo.fields.field_type import FieldType, Schema, found
from mailuo.fields.messages import NOT_FILE
from mailuo.formulas.columns import ColumnKind
from mailuo.formulas.types import Kind, Type

MEGABYTE = 1024 * 1024
_UNITS = {"KB": 1024, "MB": MEGABYTE, "GB": 1024 * MEGABYTE}

FILE_OPTIONS: Schema = {
    "accept": {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "pattern": r"^[a-z]+/(\*|[A-Za-z0-9.+-]+)$"},
        "description": "接受的文件类型，例如 application/pdf、image/* / media types that are accepted",
    },
    "max_size": {
        "type": "string",
        "pattern": "^[0-9]{1,4}(KB|MB|GB)$",
        "description": "最大多少，例如 20MB / the largest size, such as 20MB",
    },
}


@dataclass(frozen=True)
class File(FieldType):
    """An uploaded file of one of the accepted media types, at most `max_bytes` large."""

    accept: tuple[str, ...] = ()
    max_bytes: int = 20 * MEGABYTE

    name: ClassVar[str] = "file"
    zh: ClassVar[str] = "附件"
    en: ClassVar[str] = "file"
    widget: ClassVar[str] = "file"
    column: ClassVar[ColumnKind | None] = ColumnKind.TEXT
    options: ClassVar[Schema] = FILE_OPTIONS

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Self:
        """The type with its accepted media types and its size in bytes."""
        size, accept = options.get("max_size"), options.get("accept")
        chosen: dict[str, object] = {}
        if isinstance(size, str):
            chosen["max_bytes"] = int(size[:-2]) * _UNITS[size[-2:]]
        if isinstance(accept, (list, tuple)):
            chosen["accept"] = tuple(map(str, accept))
        return cls(**chosen)  # type: ignore[arg-type]

    @property
    def formula_type(self) -> Type:
        """Something that can only be blank or not."""
        return Type(Kind.OTHER)

    def read(self, raw: object, zone: tzinfo) -> object:
        """The file's id, from the id itself or from the object that the API answers."""
        text = raw.get("id") if isinstance(raw, Mapping) else raw
        try:
            return str(UUID(text)) if isinstance(text, str) else NOT_FILE(found=found(raw))
        except ValueError:
            return NOT_FILE(found=found(raw))

    def accepts(self, media_type: str) -> bool:
        """Whether a file of this media type may be put here."""
        family = f"{media_type.split('/', maxsplit=1)[0]}/*"
        return not self.accept or media_type in self.accept or family in self.accept
