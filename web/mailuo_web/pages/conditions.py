"""Filters as formula and as chips: the same thing in two forms. A filter is the AND of its conditions.

Text in, text out: whether the formula makes sense is for the records to say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailuo_web.texts import Say

_COMPARED = re.compile(r"""\{([^{}]+)\}\s*(=|<>|>=|<=|>|<)\s*("[^"]*"|'[^']*'|[^"']+)""")
_CALLED = re.compile(r"""(STATE|CONTAINS|HAS|ISBLANK)\(\s*\{([^{}]+)\}\s*(?:,\s*("[^"]*"|'[^']*')\s*)?\)""")
_STATE = re.compile(r"""STATE\(\s*\{([^{}]+)\}\s*\)\s*=\s*("[^"]*"|'[^']*')""")
_NAME = re.compile(r"\{([^{}]+)\}")
_SIGNS = {"=": "=", "<>": "≠", ">=": "≥", "<=": "≤", ">": ">", "<": "<"}


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition as people read it, and the filter without it."""

    name: str
    op: str
    value: str
    rest: str


@dataclass(frozen=True, slots=True)
class Words:
    """The titles of names and of their options, for saying conditions aloud."""

    titles: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]]

    def title(self, name: str) -> str:
        """What people call a field, node or path."""
        return self.titles.get(name, name)

    def value(self, name: str, text: str) -> str:
        """What people call a value of a field."""
        return self.options.get(name, {}).get(text, text)


def split(text: str) -> tuple[str, ...]:
    """The conditions that a filter is the AND of; a filter of another shape is one condition."""
    text = text.strip()
    if not text:
        return ()
    inner = _inside_and(text)
    if inner is None:
        return (text,)
    return tuple(part for piece in _pieces(inner) for part in split(piece))


def join(conditions: Sequence[str]) -> str:
    """The filter that is the AND of the conditions."""
    kept = [one for one in conditions if one.strip()]
    return kept[0] if len(kept) == 1 else f"AND({', '.join(kept)})" if kept else ""


def _inside_and(text: str) -> str | None:
    """What stands between the brackets when the whole text is one AND( … )."""
    if not re.match(r"AND\s*\(", text, re.IGNORECASE) or not text.endswith(")"):
        return None
    start = text.index("(") + 1
    depths = [depth for position, _, depth in _walk(text) if start <= position < len(text) - 1]
    return text[start:-1] if all(depth >= 1 for depth in depths) and _closed(text) else None


def _closed(text: str) -> bool:
    walked = list(_walk(text))
    return bool(walked) and walked[-1][2] == 0


def _walk(text: str) -> Iterator[tuple[int, str, int]]:
    """Each character outside quotes and braces with the depth of brackets after it."""
    depth, quote = 0, ""
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
            continue
        if char in "\"'{":
            quote = "}" if char == "{" else char
            continue
        depth += (char == "(") - (char == ")")
        yield position, char, depth


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for position, char, depth in _walk(text):
        if char == "," and depth == 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def chips_of(text: str, words: Words, say: Say) -> tuple[Chip, ...]:
    """A chip for each condition of a filter."""
    conditions = split(text)
    made = []
    for place, condition in enumerate(conditions):
        rest = join([*conditions[:place], *conditions[place + 1 :]])
        made.append(Chip(*_said(condition, words, say), rest))
    return tuple(made)


def _said(condition: str, words: Words, say: Say) -> tuple[str, str, str]:
    """Name, relation and value of a condition; one of an unknown shape is shown as it is."""
    negated = re.fullmatch(r"NOT\s*\((.*)\)", condition, re.IGNORECASE | re.DOTALL)
    inner = negated[1].strip() if negated else condition
    if match := _STATE.fullmatch(inner):
        return words.title(match[1]), "", say.title(f"state.{_unquoted(match[2])}", _unquoted(match[2]))
    if match := _COMPARED.fullmatch(inner):
        value = _unquoted(match[3].strip())
        return words.title(match[1]), _SIGNS[match[2]] if not negated else "≠", words.value(match[1], value)
    if match := _NAME.fullmatch(inner):
        return words.title(match[1]), "", say("op.false" if negated else "op.true")
    if match := _CALLED.fullmatch(inner):
        return words.title(match[2]), "", _called(match[1], match[3], bool(negated), match[2], words, say)
    return say("chip.formula"), "", condition


def _called(function: str, value: str | None, negated: bool, name: str, words: Words, say: Say) -> str:
    if function == "ISBLANK":
        return say("op.filled" if negated else "op.blank")
    relation = say("op.contains" if function == "CONTAINS" else "op.has")
    return f"{'≠ ' if negated else ''}{relation} {words.value(name, _unquoted(value or ''))}".strip()


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def condition_of(field: str, op: str, value: str, kind: str) -> str:
    """The condition that somebody clicked together; `kind` says how the value is written."""
    name = f"{{{field}}}"
    match op:
        case "blank":
            return f"ISBLANK({name})"
        case "filled" | "reached":
            return f"NOT(ISBLANK({name}))"
        case "true":
            return name
        case "false":
            return f"NOT({name})"
        case "due":
            return f'STATE({name}) = "due"'
        case "contains" | "has":
            return f"{'CONTAINS' if op == 'contains' else 'HAS'}({name}, {_quoted(value)})"
    sign = {"eq": "=", "ne": "<>", "ge": ">=", "le": "<="}.get(op, "=")
    return f"{name} {sign} {value if kind == 'number' and _is_number(value) else _quoted(value)}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text.strip()) is not None


def _quoted(text: str) -> str:
    """The text in quotes that it does not hold itself; of two kinds of quotes the double ones become typographic."""
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "”") + '"'
