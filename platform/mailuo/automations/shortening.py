"""Shortening: a text that is too long for whoever carries it is cut between two characters and keeps its link. Pure."""

_ELLIPSIS = "…"
_LINKS = ("http://", "https://")


def shortened(text: str, most_bytes: int, url: str) -> str:
    """The text, at most so long in UTF-8: cut, with an ellipsis and the link that it ended with, else this one.

    A link that does not fit is left out.
    """
    if _size(text) <= most_bytes:
        return text
    body, _, last = text.rstrip().rpartition(" ")
    own = last.startswith(_LINKS)
    end = f"{_ELLIPSIS} {last if own else url}"
    if _size(end) > most_bytes:
        end = _ELLIPSIS
    room = max(most_bytes - _size(end), 0)
    kept = (body if own else text).encode()[:room].decode(errors="ignore").rstrip()
    return f"{kept}{end}"


def _size(text: str) -> int:
    return len(text.encode())
