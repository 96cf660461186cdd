"""Small line icons, drawn for this product on a 16-pixel grid with a stroke of 1.4."""

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup

ICONS: Mapping[str, str] = MappingProxyType(
    {
        "sun": "M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1",
        "moon": "M13.5 9.5a5.8 5.8 0 1 1-7-7a4.6 4.6 0 0 0 7 7z",
        "bell": "M8 2a4 4 0 0 0-4 4c0 3.2-1.5 4.6-1.5 5.5h11C13.500 10.600 12 9.200 12 6a4 4 0 0 0-4-4M6.500 13.600a1.600 1.600 0 0 0 3 0",
        "table": "M2 3.500a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1zM2 6.200h12M6.200 6.200v7.300",
        "list": "M5.500 3.500H14M5.500 8H14M5.500 12.500H14M2.200 3.500h.1M2.200 8h.1M2.200 12.500h.1",
        "package": "M8 1.800l5.500 3.100v6.200L8 14.200l-5.500-3.100V4.900zM2.500 4.900L8 8l5.500-3.100M8 8v6.200",
        "branch": "M2 8h3c2.500 0 2-4 5-4h4M5 8c2.500 0 2 4 5 4h4",
        "file": "M4 1.800h5l3.500 3.500v8.900H4zM9 1.800v3.500h3.500M6 8.500h4.500M6 11h4.500",
        "users": "M6 7.500a2.500 2.500 0 1 0 0-5a2.500 2.500 0 1 0 0 5M1.500 13.500c0-2.500 2-4 4.500-4s4.500 1.500 4.500 4M10.500 2.800a2.500 2.500 0 0 1 0 4.500M12 9.800c1.600.5 2.500 1.800 2.500 3.700",
        "user": "M8 7.500a2.800 2.800 0 1 0 0-5.600a2.800 2.800 0 1 0 0 5.600M2.500 14c0-3 2.500-4.500 5.500-4.500s5.500 1.500 5.500 4.500",
        "tag": "M2 2.500h5.500l6.300 6.300-5 5L2 7.500zM5 5.500h.1",
        "truck": "M1.500 4h8v7h-8zM9.500 6.500h3l2 2.500v2h-5M4.500 12.700a1.300 1.300 0 1 0 0-2.600a1.300 1.300 0 1 0 0 2.600M11.800 12.700a1.300 1.300 0 1 0 0-2.600a1.300 1.300 0 1 0 0 2.600",
        "star": "M8 2l1.800 3.800 4.200.5-3.100 2.900.8 4.100L8 11.300l-3.700 2 .8-4.100L2 6.300l4.200-.5z",
        "ticket": "M2 4h12v2.500a1.500 1.500 0 0 0 0 3V12H2V9.500a1.500 1.500 0 0 0 0-3zM9.500 4v1.200M9.500 7.400v1.200M9.500 10.800V12",
        "heart": "M8 13.500C4 10.800 2 8.700 2 6.200a3.100 3.100 0 0 1 6-1.100a3.100 3.100 0 0 1 6 1.100c0 2.500-2 4.600-6 7.300z",
        "money": "M2 4h12v8.500H2zM8 10.200a2 2 0 1 0 0-4a2 2 0 1 0 0 4M4.200 6.200h.1M11.800 10.200h.1",
        "search": "M7 12a5 5 0 1 0 0-10a5 5 0 1 0 0 10M10.700 10.700L14 14",
        "plus": "M8 3v10M3 8h10",
        "close": "M4 4l8 8M12 4l-8 8",
        "left": "M10 3.500L5.500 8l4.500 4.500",
        "right": "M6 3.500L10.500 8 6 12.500",
        "down": "M3.500 6L8 10.500 12.500 6",
        "filter": "M2 4h12M4.500 8h7M6.500 12h3",
        "sort": "M4.500 3v10M2.500 11l2 2 2-2M9 4h5M9 8h3.500M9 12h2",
        "eye": "M1.500 8C3 5 5.300 3.500 8 3.500S13 5 14.500 8C13 11 10.700 12.500 8 12.500S3 11 1.500 8M8 10a2 2 0 1 0 0-4a2 2 0 1 0 0 4",
        "lock": "M4 7h8v6.500H4zM5.500 7V5a2.500 2.500 0 0 1 5 0v2",
        "clip": "M12.500 7.500L8 12a3 3 0 0 1-4.200-4.200l5-5a2 2 0 0 1 2.800 2.800l-4.800 4.800a1 1 0 0 1-1.400-1.400L9.800 5",
        "check": "M3 8.500l3.200 3.200L13 4.500",
        "download": "M8 2v8M4.800 7L8 10.200 11.200 7M2.500 13.500h11",
        "upload": "M8 10.500V2.500M4.800 5.500L8 2.300l3.200 3.200M2.500 13.500h11",
        "undo": "M3 6h6.500a3.500 3.500 0 0 1 0 7H6M5.500 3L2.500 6l3 3",
        "key": "M5.500 11.500a3 3 0 1 0 0-6a3 3 0 1 0 0 6M8.500 8.500h6M12.500 8.500v2.500",
        "out": "M9.500 2.500h-6v11h6M6.500 8h8M11.500 5l3 3-3 3",
        "globe": "M8 14a6 6 0 1 0 0-12a6 6 0 1 0 0 12M2 8h12M8 2c4 4 4 8 0 12M8 2c-4 4-4 8 0 12",
        "history": "M2.500 8a5.500 5.500 0 1 0 1.700-4L2.500 5.500M2.500 2.500v3h3M8 5v3.200l2.200 1.300",
        "trash": "M2.500 4.500h11M6 4.500V2.500h4v2M4 4.500l.6 9h6.800l.6-9",
        "camera": "M2 5h3l1-1.800h4L11 5h3v8H2zM8 11a2.300 2.300 0 1 0 0-4.600a2.300 2.300 0 1 0 0 4.600",
        "pin": "M8 14.200S3.500 10 3.500 6.500a4.500 4.500 0 0 1 9 0C12.500 10 8 14.200 8 14.200M8 8.200a1.700 1.700 0 1 0 0-3.400a1.700 1.700 0 1 0 0 3.400",
        "more": "M3.500 8h.1M8 8h.1M12.500 8h.1",
        "back": "M13 8H3M7 4L3 8l4 4",
    }
)
"""Icons by name; a table's `icon:` may name one of them."""

FALLBACK = "table"

SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "red": '<polygon class="ll-red" points="5.5,0 11,5.5 5.5,11 0,5.5"/>',
        "orange": '<polygon class="ll-org" points="5.5,0.5 11,10 0,10"/>',
        "green": '<circle cx="5.5" cy="5.5" r="5.5" class="shape-green"/><path class="shape-tick" d="M3 5.700l1.800 1.800 3.300-3.600"/>',
        "disputed": '<rect class="ll-hatch" x="0.6" y="0.6" width="9.8" height="9.8" rx="1.6" stroke-width="1.1"/>'
        '<path class="ll-hatching" stroke-width="1.1" d="M0.8 6L6 0.800M0.800 10.200L10.200 0.800M5 10.200L10.200 5"/>',
        "due": '<circle class="ll-ring" cx="5.5" cy="5.5" r="4.700" stroke-width="1.600"/><circle class="ll-fill" cx="5.500" cy="5.500" r="2"/>',
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
