"""Where to go after signing in: only ever a path of this application."""

import re

_PATH = re.compile(r"/(?![/\\])[\w\-./~%?=&+:,@]*", re.ASCII)


def own_path(text: str | None) -> str:
    r"""The text when it is a plain path of ours, else `/`; browsers read `//x`, `/\x` and tabs as other hosts."""
    if text and _PATH.fullmatch(text) and "%2f" not in text.lower() and "%5c" not in text.lower() and "//" not in text and "@" not in text:
        return text
    return "/"
