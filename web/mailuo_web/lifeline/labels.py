"""Names under the river's nodes: measured roughly, broken by word."""

EM = 12.0


def text_width(text: str, size: float = EM) -> float:
    """About how wide a text is drawn: a full-width character is one em, others a little over half."""
    return sum(size if ord(char) > 0x2E7F else size * 0.58 for char in text)


def broken(title: str, width: float) -> tuple[str, ...]:
    """The title on one line, or on two: at a space, else by pairs of characters, never one of them alone."""
    if text_width(title) <= width:
        return (title,)
    words = title.split()
    if len(words) > 1:
        cuts = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
        return min(cuts, key=lambda cut: max(map(text_width, cut)))
    half = (len(title) + 1) // 2
    cut = half + half % 2 if half + half % 2 <= len(title) - 2 else half
    return (title[:cut], title[cut:])
