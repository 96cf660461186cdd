"""A signature: a picture drawn with a finger."""

from dataclasses import dataclass
from typing import ClassVar

from mailuo.fields.field_type import Schema
from mailuo.fields.file import MEGABYTE, File


@dataclass(frozen=True)
class Signature(File):
    """A drawn signature, kept as a PNG file."""

    accept: tuple[str, ...] = ("image/png",)
    max_bytes: int = MEGABYTE

    name: ClassVar[str] = "signature"
    zh: ClassVar[str] = "签名"
    en: ClassVar[str] = "signature"
    widget: ClassVar[str] = "signature"
    options: ClassVar[Schema] = {}
