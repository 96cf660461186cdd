"""SVG elements as escaped markup, without a template: attributes and classes only, never inline styles."""

from markupsafe import Markup, escape


def tag(name: str, *children: str, **attributes: object) -> Markup:
    """One element; `class_` is the class, underscores in names become hyphens, None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(children)
    return Markup(f"<{name}{written}>{inner}</{name}>")  # noqa: S704  # every part was escaped just above


def number(value: float) -> str:
    """A coordinate with at most two places and no idle zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def _text(value: object) -> str:
    return number(value) if isinstance(value, float) else str(escape(value))
