"""Notes: what people write beside a deed, and how much of it is kept."""

from mailuo.base.problems import Problem, Refusal
from mailuo.flow.messages import NOTE_TOO_LONG

LONGEST = 2_000
"""Characters; whoever has more to say attaches a file."""


def note_problem(text: str | None) -> Problem | None:
    """What is wrong with a note: it is too long, or nothing."""
    if text is None or len(text) <= LONGEST:
        return None
    return NOTE_TOO_LONG(field="note", most=f"{LONGEST:,}", found=f"{len(text):,}")


def checked_note(text: str | None) -> str | None:
    """The note as it is kept; refuses one that is too long."""
    problem = note_problem(text)
    if problem is not None:
        raise Refusal(problem)
    return text
