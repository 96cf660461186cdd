"""An image: a file that is a picture."""

from dataclasses import dataclass
from typing import ClassVar

from mailuo.fields.file import File


@dataclass(frozen=True)
class Image(File):
    """An uploaded picture; SVG is not accepted, because it can carry scripts."""

    accept: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic")

    name: ClassVar[str] = "image"
    zh: ClassVar[str] = "图片"
    en: ClassVar[str] = "image"
    widget: ClassVar[str] = "image"
