"""Reading one declaration file: text in, a document with places out.

The parser's events are composed here and nowhere else: no tag is obeyed, no value is guessed, and every limit
(bytes, depth, nodes) holds before anything is built. Hostile nesting is dropped at the first event too deep
(document 06: the usual loaders die of it).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from mailuo.base.problems import Place, Problem, Problems
from mailuo.metadata import grammar_messages
from mailuo.metadata.document import Entry, Mapping, Node, Scalar, Sequence

MOST_BYTES = 256 * 1024
DEEPEST = 40
MOST_NODES = 50_000

_PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_MERGE = "<<"
_HALVES = re.compile(r"((?<!\\)(?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})", re.ASCII)
_UNREADABLE = re.compile("[\ufffd\ud800-\udfff]")  # what decoding leaves where bytes were no UTF-8
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds (None when it cannot be read at all) and what is wrong with how it is written."""

    root: Mapping | None
    problems: Problems


def read_document(file: str, text: str) -> Reading:
    """The document in a file's text; unreadable text gives one problem, double keys one each."""
    composer = _Composer(file)
    try:
        return Reading(composer.document(_checked(file, text)), tuple(composer.problems))
    except _Unreadable as unreadable:
        return Reading(None, (unreadable.problem,))


class _Unreadable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def _checked(file: str, text: str) -> str:
    """The text, if it is small enough and, in a JSON file, JSON."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise _Unreadable(grammar_messages.FILE_TOO_LARGE(place=Place(file), most=MOST_BYTES // 1024))
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if bad := _UNREADABLE.search(text):
        raise _Unreadable(grammar_messages.NOT_UTF8(place=_place_at(file, text, bad.start())))
    return _json_as_yaml(file, text) if file.endswith(".json") else text


def _json_as_yaml(file: str, text: str) -> str:
    """JSON is YAML but for tabs, which stand only between its tokens, and for characters escaped as two halves."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise _Unreadable(grammar_messages.NOT_JSON(place=Place(file, error.lineno, error.colno))) from None
    except RecursionError:
        raise _Unreadable(grammar_messages.TOO_DEEP(place=Place(file), most=DEEPEST)) from None
    return _HALVES.sub(lambda match: match[1] + json.loads(f'"{match[2]}"'), text.replace("\t", " "))


class _Composer:
    """Builds nodes from the parser's events, counting as it goes."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0
        self._depth = 0
        self.problems: list[Problem] = []

    def document(self, text: str) -> Mapping:
        """The one map that the text holds."""
        events = self._events(text)
        next(events)
        start = next(events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _Unreadable(grammar_messages.EMPTY_FILE(place=Place(self._file)))
        root = self._node(next(events), events)
        next(events)
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _Unreadable(grammar_messages.SEVERAL_DOCUMENTS(place=self._place(after)))
        if not isinstance(root, Mapping):
            raise _Unreadable(grammar_messages.NOT_A_DECLARATION(place=root.place))
        return root

    def _events(self, text: str) -> Iterator[yaml.Event]:
        parser = _PARSER(text)
        try:
            while True:
                event = parser.get_event()
                if event is None:
                    return
                yield event
        except yaml.MarkedYAMLError as error:
            raise _Unreadable(self._syntax(error, text)) from None
        except yaml.reader.ReaderError as error:
            raise _Unreadable(
                grammar_messages.BAD_CHARACTER(place=_place_at(self._file, text, error.position))
            ) from None
        finally:
            parser.dispose()

    def _syntax(self, error: yaml.MarkedYAMLError, text: str) -> Problem:
        mark = error.problem_mark or error.context_mark
        if mark is None:
            return grammar_messages.NOT_YAML(place=Place(self._file))
        if error.context_mark and not text[_offset(text, mark.line, mark.column) :].strip():
            mark = error.context_mark  # something was never closed: where it begins helps more than the end of the file
        lines = text.splitlines() or [""]
        if mark.line >= len(lines):
            return grammar_messages.NOT_YAML(place=Place(self._file, len(lines), len(lines[-1]) + 1))
        line = lines[mark.line]
        message = grammar_messages.TAB if "\t" in line[: len(line) - len(line.lstrip())] else grammar_messages.NOT_YAML
        return message(place=Place(self._file, mark.line + 1, mark.column + 1))

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1) if mark else Place(self._file)

    def _count(self, nodes: int, place: Place) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise _Unreadable(grammar_messages.TOO_MANY_NODES(place=place, most=MOST_NODES))

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        if not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            raise _Unreadable(grammar_messages.NOT_YAML(place=place))
        if event.tag is not None and event.tag != "!":
            raise _Unreadable(grammar_messages.TAG(place=place, found=event.tag[:60]))
        before = self._nodes
        self._count(1, place)
        node = self._built(event, events, place)
        if event.anchor:
            self._anchors[event.anchor] = (node, self._nodes - before)
        return node

    def _built(self, event: yaml.Event, events: Iterator[yaml.Event], place: Place) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, place, quoted=bool(event.style))
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Unreadable(grammar_messages.TOO_DEEP(place=place, most=DEEPEST))
        node = (
            self._sequence(events, place)
            if isinstance(event, yaml.SequenceStartEvent)
            else self._mapping(events, place)
        )
        self._depth -= 1
        return node

    def _alias(self, event: yaml.AliasEvent, place: Place) -> Node:
        """The anchored node once more; it counts with all its parts, so that a few lines cannot become millions."""
        if event.anchor not in self._anchors:
            raise _Unreadable(grammar_messages.UNKNOWN_ANCHOR(place=place, found=event.anchor))
        node, size = self._anchors[event.anchor]
        self._count(size, place)
        return node

    def _sequence(self, events: Iterator[yaml.Event], place: Place) -> Sequence:
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events))
        return Sequence(tuple(items), place)

    def _mapping(self, events: Iterator[yaml.Event], place: Place) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events)
            if not isinstance(key, Scalar):
                raise _Unreadable(grammar_messages.KEY_NOT_TEXT(place=key.place))
            self._enter(entries, Entry(key, self._node(next(events), events)))
        return Mapping(tuple(entries.values()), place)

    def _enter(self, entries: dict[str, Entry], entry: Entry) -> None:
        key = entry.key
        if key.text == _MERGE and not key.quoted:
            self.problems.append(grammar_messages.MERGE_KEY(place=key.place))
        elif key.text in entries:
            first = entries[key.text].key.place
            self.problems.append(
                grammar_messages.DUPLICATE_KEY(place=key.place, found=key.text, line=key.place.line, first=first.line)
            )
        else:
            entries[key.text] = entry


def _offset(text: str, line: int, column: int) -> int:
    return sum(len(each) for each in text.splitlines(keepends=True)[:line]) + column


def _place_at(file: str, text: str, position: int) -> Place:
    before = text[:position]
    return Place(file, before.count("\n") + 1, position - before.rfind("\n"))
