"""Reports of results: for people, and as JUnit XML for machines."""

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from mailuo.app.scenarios.result import Mismatch, Result
from mailuo.base.problems import Language

_WORDS = {
    "expected": ("应当", "expected"),
    "found": ("实际", "happened"),
    "note": ("注意", "note"),
    "summary": (
        "{passed} 个场景通过，{failed} 个没有通过，用时 {seconds:.2f} 秒",
        "{passed} scenarios passed, {failed} failed, in {seconds:.2f} s",
    ),
    "none": ("没有场景", "there are no scenarios"),
}


def lines(result: Result, language: Language = "zh") -> Iterator[str]:
    """One scenario for people: a line, and below it every difference."""
    mark = "✓" if result.passed else "✗"
    yield f"{mark} {result.title}  ({result.file}, {result.seconds * 1000:.0f} ms)"
    for mismatch in result.mismatches:
        yield f"    {mismatch.place} {mismatch.path}"
        yield from _beside(mismatch, language)
    for note in result.notes:
        yield f"    {_word('note', language)}: {note}"


def summary(results: Sequence[Result], language: Language = "zh") -> str:
    """How many passed, and how many did not."""
    if not results:
        return _word("none", language)
    passed = sum(result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    return _word("summary", language).format(passed=passed, failed=len(results) - passed, seconds=seconds)


def junit(results: Iterable[Result], language: Language = "zh") -> str:
    """The results as JUnit XML: a test case a scenario, what differed as its failure."""
    cases = list(results)
    failed = sum(not result.passed for result in cases)
    seconds = sum(result.seconds for result in cases)
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="0" time="{seconds:.3f}"'
    body = "\n".join(_case(result, language) for result in cases)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites {counts}>\n<testsuite name="mailuo" {counts}>\n{body}\n</testsuite>\n</testsuites>\n'
    )


def _case(result: Result, language: Language) -> str:
    file, title = quoteattr(_plain(result.file)), quoteattr(_plain(result.title))
    head = f'<testcase classname={file} name={title} file={file} time="{result.seconds:.3f}"'
    if result.passed:
        return f"{head}/>"
    first = result.mismatches[0]
    told = "\n".join(
        line for each in result.mismatches for line in (f"{each.place} {each.path}", *_beside(each, language))
    )
    message = quoteattr(_plain(f"{first.place} {first.path}"))
    return f"{head}>\n<failure message={message}>{escape(_plain(told))}</failure>\n</testcase>"


def _beside(mismatch: Mismatch, language: Language) -> Iterator[str]:
    yield f"      {_word('expected', language)}: {mismatch.expected}"
    yield f"      {_word('found', language)}: {mismatch.found}"


def _plain(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(each for each in text if each in "\n\t" or each >= " " and not "\ud800" <= each <= "\udfff" and each not in "\ufffe\uffff")


def _word(name: str, language: Language) -> str:
    return _WORDS[name][0 if language == "zh" else 1]
