"""Problems: what is wrong with something a person gave, said in the reader's language.

A `Message` is written once, as a constant of the floor that needs it, in both languages.
Calling it makes a `Problem`. Pure functions return `Problems`; the doors to data raise `Refusal`,
because a refused change has to abort its transaction.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Literal, get_args

from mailuo.base.wording import filled

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a declaration something stands; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def moved(self, columns: int) -> "Place":
        """The place so many columns further right (a position inside a formula)."""
        return replace(self, column=self.column + columns)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence in both languages with `{named}` gaps, and its language-free code."""

    code: str
    zh: str
    en: str

    def __call__(
        self, *, place: Place | None = None, path: str = "", field: str | None = None, **values: object
    ) -> "Problem":
        """The problem that says this sentence with these values; a problem among them fills `{name_zh}` and `{name_en}`."""
        return Problem(self, place, path, field, dict(_worded(values)))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands, what was found, what would be right."""

    message: Message
    place: Place | None = None
    path: str = ""
    field: str | None = None
    values: Mapping[str, str] = attribute(default_factory=dict)

    @property
    def code(self) -> str:
        """The language-free name of what is wrong."""
        return self.message.code

    def text(self, language: Language = "zh") -> str:
        """The sentence in the reader's language."""
        template = self.message.zh if language == "zh" else self.message.en
        return filled(template, self.values)

    def line(self, language: Language = "zh") -> str:
        """`file:line:column path: sentence`, as `mailuo check` prints it."""
        where = f"{self.place} " if self.place else ""
        return f"{where}{self.path}: {self.text(language)}" if self.path else f"{where.strip()}: {self.text(language)}"

    def at(self, place: Place | None, path: str = "") -> "Problem":
        """The same problem at a place that the finder did not know."""
        return replace(self, place=place, path=path or self.path)


def _worded(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Problem):
            yield from ((f"{name}_{language}", value.text(language)) for language in LANGUAGES)
        else:
            yield name, str(value)


Problems = tuple[Problem, ...]


def one_line(problems: Iterable[Problem], language: Language) -> str:
    """All the problems in one line, each with its place where it has one."""
    return "; ".join(problem.line(language).removeprefix(": ") for problem in problems)


class Refusal(Exception):
    """What was asked for was refused; nothing of it is written."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems: Problems = problems

    @property
    def code(self) -> str:
        """The code of the first problem, which decides the answer's status."""
        return self.problems[0].code
