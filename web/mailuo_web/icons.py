"""Small line icons, drawn for this product on a 16-pixel grid with a stroke of 1.4."""

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup

ICONS: Mapping[str, str] = MappingProxyType(
    {
        "sun": (
            "M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1"
            "M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1"
        ),
        "moon": "M13.5 9.5a5.8 5.8 0 1 1-7-7a4.6 4.6 0 0 0 7 7z",
        "bell": (
            "M8 2a4 4 0 0 0-4 4c0 3.2-1.5 4.6-1.5 5.5h11C13.5 10.6 12 9.2 12 6a4 4 0 0 0-4-4"
            "M6.5 13.6a1.6 1.6 0 0 0 3 0"
        ),
        "table": "M2 3.5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1zM2 6.2h12M6.2 6.2v7.3",
        "list": "M5.5 3.5H14M5.5 8H14M5.5 12.5H14M2.2 3.5h.1M2.2 8h.1M2.2 12.5h.1",
        "package": "M8 1.8l5.5 3.1v6.2L8 14.2l-5.5-3.1V4.9zM2.5 4.9L8 8l5.5-3.1M8 8v6.2",
        "branch": "M2 8h3c2.5 0 2-4 5-4h4M5 8c2.5 0 2 4 5 4h4",
        "file": "M4 1.8h5l3.5 3.5v8.9H4zM9 1.8v3.5h3.5M6 8.5h4.5M6 11h4.5",
        "users": (
            "M6 7.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 1 0 0 5M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4"
            "M10.5 2.8a2.5 2.5 0 0 1 0 4.5M12 9.8c1.6.5 2.5 1.8 2.5 3.7"
        ),
        "user": "M8 7.5a2.8 2.8 0 1 0 0-5.6a2.8 2.8 0 1 0 0 5.6M2.5 14c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5",
        "tag": "M2 2.5h5.5l6.3 6.3-5 5L2 7.5zM5 5.5h.1",
        "truck": (
            "M1.5 4h8v7h-8zM9.5 6.5h3l2 2.5v2h-5M4.5 12.7a1.3 1.3 0 1 0 0-2.6a1.3 1.3 0 1 0 0 2.6"
            "M11.8 12.7a1.3 1.3 0 1 0 0-2.6a1.3 1.3 0 1 0 0 2.6"
        ),
        "star": "M8 2l1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z",
        "ticket": "M2 4h12v2.5a1.5 1.5 0 0 0 0 3V12H2V9.5a1.5 1.5 0 0 0 0-3zM9.5 4v1.2M9.5 7.4v1.2M9.5 10.8V12",
        "heart": "M8 13.5C4 10.8 2 8.7 2 6.2a3.1 3.1 0 0 1 6-1.1a3.1 3.1 0 0 1 6 1.1c0 2.5-2 4.6-6 7.3z",
        "money": "M2 4h12v8.5H2zM8 10.2a2 2 0 1 0 0-4a2 2 0 1 0 0 4M4.2 6.2h.1M11.8 10.2h.1",
        "search": "M7 12a5 5 0 1 0 0-10a5 5 0 1 0 0 10M10.7 10.7L14 14",
        "plus": "M8 3v10M3 8h10",
        "close": "M4 4l8 8M12 4l-8 8",
        "left": "M10 3.5L5.5 8l4.5 4.5",
        "right": "M6 3.5L10.5 8 6 12.5",
        "down": "M3.5 6L8 10.5 12.5 6",
        "filter": "M2 4h12M4.5 8h7M6.5 12h3",
        "sort": "M4.5 3v10M2.5 11l2 2 2-2M9 4h5M9 8h3.5M9 12h2",
        "eye": (
            "M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8"
            "M8 10a2 2 0 1 0 0-4a2 2 0 1 0 0 4"
        ),
        "expand": "M9.5 2.5h4v4M13.5 2.5L9 7M6.5 13.5h-4v-4M2.5 13.5L7 9",
        "lock": "M4 7h8v6.5H4zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
        "clip": "M12.5 7.5L8 12a3 3 0 0 1-4.2-4.2l5-5a2 2 0 0 1 2.8 2.8l-4.8 4.8a1 1 0 0 1-1.4-1.4L9.8 5",
        "check": "M3 8.5l3.2 3.2L13 4.5",
        "download": "M8 2v8M4.8 7L8 10.2 11.2 7M2.5 13.5h11",
        "upload": "M8 10.5V2.5M4.8 5.5L8 2.3l3.2 3.2M2.5 13.5h11",
        "undo": "M3 6h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3L2.5 6l3 3",
        "key": "M5.5 11.5a3 3 0 1 0 0-6a3 3 0 1 0 0 6M8.5 8.5h6M12.5 8.5v2.5",
        "out": "M9.5 2.5h-6v11h6M6.5 8h8M11.5 5l3 3-3 3",
        "globe": "M8 14a6 6 0 1 0 0-12a6 6 0 1 0 0 12M2 8h12M8 2c4 4 4 8 0 12M8 2c-4 4-4 8 0 12",
        "history": "M2.5 8a5.5 5.5 0 1 0 1.7-4L2.5 5.5M2.5 2.5v3h3M8 5v3.2l2.2 1.3",
        "trash": "M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.6 9h6.8l.6-9",
        "camera": "M2 5h3l1-1.8h4L11 5h3v8H2zM8 11a2.3 2.3 0 1 0 0-4.6a2.3 2.3 0 1 0 0 4.6",
        "pin": (
            "M8 14.2S3.5 10 3.5 6.5a4.5 4.5 0 0 1 9 0C12.5 10 8 14.2 8 14.2"
            "M8 8.2a1.7 1.7 0 1 0 0-3.4a1.7 1.7 0 1 0 0 3.4"
        ),
        "more": "M3.5 8h.1M8 8h.1M12.5 8h.1",
        "scan": "M2 5V2.5h2.5M11.5 2.5H14V5M14 11v2.5h-2.5M4.5 13.5H2V11M4.5 5.5v5M6.8 5.5v5M9.2 5.5v5M11.5 5.5v5",
        "bookmark": "M4 2h8v12l-4-3-4 3z",
        "flag": "M3.5 14V2.5h8l-1.5 3 1.5 3h-8",
        "scales": "M8 2v12M4.5 14h7M3 4.2l5-1 5 1M3 4.2L1.2 9h3.6zM13 4.2L11.2 9h3.6zM1.2 9a1.8 1.8 0 0 0 3.6 0M11.2 9a1.8 1.8 0 0 0 3.6 0",
        "plug": "M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9V8a4.5 4.5 0 0 1-9 0zM8 12.5V15",
        "play": "M4.5 2.8v10.4L13 8z",
        "pause": "M5 3v10M11 3v10",
        "back": "M13 8H3M7 4L3 8l4 4",
    }
)
"""Icons by name; a table's `icon:` may name one of them."""

FALLBACK = "table"

SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "red": '<polygon class="ll-red" points="5.5,0 11,5.5 5.5,11 0,5.5"/>',
        "orange": '<polygon class="ll-org" points="5.5,0.5 11,10 0,10"/>',
        "green": '<circle cx="5.5" cy="5.5" r="5.5" class="shape-green"/><path class="shape-tick" d="M3 5.7l1.8 1.8 3.3-3.6"/>',
        "disputed": '<rect class="ll-hatch" x="0.6" y="0.6" width="9.8" height="9.8" rx="1.6" stroke-width="1.1"/>'
        '<path class="ll-hatching" stroke-width="1.1" d="M0.8 6L6 0.8M0.8 10.2L10.2 0.8M5 10.2L10.2 5"/>',
        "due": '<circle class="ll-ring" cx="5.5" cy="5.5" r="4.7" stroke-width="1.6"/><circle class="ll-fill" cx="5.5" cy="5.5" r="2"/>',
    }
)
"""Levels and states as small shapes, so that nothing is said by colour alone."""


def icon(name: str | None) -> Markup:
    """The icon of that name, or the fallback for a name that is not among them."""
    path = ICONS.get(name or "", ICONS[FALLBACK])
    return Markup('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>').format(path)


def shape(name: str) -> Markup:
    """The small shape of a level or state."""
    return Markup('<svg class="shape" viewBox="0 0 11 11" aria-hidden="true">{}</svg>').format(Markup(SHAPES[name]))  # noqa: S704  # from the table above
