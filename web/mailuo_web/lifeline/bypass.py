"""Bypasses: a dashed arch over a stretch of the main line that does not apply to every record."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from mailuo_web.lifeline.layout import Layout
from mailuo_web.lifeline.markup import number, tag
from mailuo_web.lifeline.shape import Line

ARCH = -88.0
CORNER = 40.0


def stretches(line: Line, layout: Layout) -> Iterator[tuple[str, str]]:
    """Each passed-over stretch as (the node before it, the node after it) of the main line."""
    start: str | None = None
    for stage, following in zip(layout.stages, layout.stages[1:], strict=False):
        if stage.spine is None or following.spine is None:
            continue
        conditional = _conditional(line, stage.spine)
        start = start if conditional else stage.spine
        through = [node for strand in stage.strands if strand.through for node in strand.nodes]
        inside = conditional or (bool(through) and all(_conditional(line, node) for node in through))
        if inside and start is not None and not _conditional(line, following.spine):
            yield start, following.spine


def _conditional(line: Line, node: str) -> bool:
    return line.by_id[node].conditional


def draw_bypasses(
    line: Line, layout: Layout, texts: Mapping[str, str], xs: Mapping[str, float], ys: Mapping[str, float]
) -> Markup:
    """An arch for each stretch, with its text; `texts` is by the node before the stretch."""
    arches = (
        _arch(xs[start], xs[end], texts.get(start, "")) for start, end in stretches(line, layout) if ys[start] == 0
    )
    return Markup("").join(arches)


def _arch(x1: float, x2: float, text: str) -> Markup:
    top, end = number(ARCH), number(x2)
    path = (
        f"M{number(x1)} -32C{number(x1)} {number(ARCH + 20)} {number(x1 + 12)} {top} {number(x1 + CORNER)} {top}"
        f"H{number(x2 - CORNER)}C{number(x2 - 12)} {top} {end} {number(ARCH + 20)} {end} -37"
    )
    head = f"M{number(x2 - 3.5)} -41L{end} -36L{number(x2 + 3.5)} -41"
    label = tag("text", Markup.escape(text), class_="ll-bypass-name", x=x1 + CORNER + 4, y=ARCH - 6)
    return tag("path", class_="ll-bypass", d=path) + tag("path", class_="ll-bypass ll-solid", d=head) + label
