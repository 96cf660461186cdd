"""How code is written, as far as no linter says it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import CODE, EVERYTHING, files, named, tree

MOST_LINES = 60
SQL = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|WITH|PRAGMA|VACUUM)\s", re.ASCII)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def _public(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """The public functions and classes of a body, and the public methods of its classes that are no protocols."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_") and not _repeats(node):
            yield inside + node.name, node
            if isinstance(node, ast.ClassDef) and not _promises(node):
                yield from _public(node.body, f"{node.name}.")


def _repeats(node: Function | ast.ClassDef) -> bool:
    """Whether it is one more signature of an overloaded function, or the setter of a property."""
    return any("overload" in ast.unparse(one) or ".setter" in ast.unparse(one) for one in node.decorator_list)


def _promises(node: ast.ClassDef) -> bool:
    """Whether the class is a protocol, or keeps the promises of one that is documented elsewhere."""
    return bool(node.bases)


def _length(function: Function) -> int:
    """The lines of a function, without those of classes inside: their methods are counted for themselves."""
    inner = (node for node in ast.walk(function) if isinstance(node, ast.ClassDef))
    return _lines(function) - sum(map(_lines, inner))


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _place(path: Path, node: ast.stmt | ast.expr, what: str = "") -> str:
    return f"{named(path)}:{node.lineno} {what}".rstrip()


def test_imports_stand_at_the_top() -> None:
    deferred = [
        _place(path, node, function.name)
        for path in files(*EVERYTHING)
        for function in _functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert deferred == []


def test_a_function_fits_on_a_screen() -> None:
    long = [
        _place(path, function, f"{function.name}: {length} lines")
        for path in files(*EVERYTHING)
        for function in _functions(path)
        if (length := _length(function)) > MOST_LINES
    ]
    assert long == []


def test_what_is_public_says_what_it_is() -> None:
    silent = [
        _place(path, node, name)
        for path in files(*CODE)
        for name, node in _public(tree(path).body)
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def test_every_module_says_what_it_holds() -> None:
    assert [named(path) for path in files(*CODE) if ast.get_docstring(tree(path)) is None] == []


def test_no_statement_of_sql_is_built_from_text() -> None:
    built = [
        _place(path, node)
        for path in files(*CODE)
        for node in _outside_of_compilers(tree(path))
        if isinstance(node, ast.JoinedStr) and _starts_sql(node) or isinstance(node, ast.BinOp) and _joins_sql(node)
    ]
    assert built == []


def _outside_of_compilers(module: ast.Module) -> Iterator[ast.AST]:
    """All nodes but those of functions that SQLAlchemy calls for a construct's text: there its compiler quotes names."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        compiles = isinstance(node, Function) and any(
            ast.unparse(one).startswith("compiles(") for one in node.decorator_list
        )
        if not compiles:
            yield node
            waiting += ast.iter_child_nodes(node)


def _starts_sql(node: ast.JoinedStr) -> bool:
    first = node.values[0] if node.values else None
    return len(node.values) > 1 and isinstance(first, ast.Constant) and SQL.match(str(first.value)) is not None


def _joins_sql(node: ast.BinOp) -> bool:
    left = node.left
    return (
        isinstance(node.op, ast.Mod | ast.Add)
        and isinstance(left, ast.Constant)
        and isinstance(left.value, str)
        and SQL.match(left.value) is not None
    )


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('f"SELECT {column} FROM t"', True),
        ('"DELETE FROM t WHERE id = " + id_', True),
        ('"DROP TABLE %s" % name', True),
        ('f"Selected {count}"', False),
        ('text("SELECT 1")', False),
    ],
)
def test_the_guard_of_sql_knows_it(code: str, found: bool) -> None:
    nodes = list(ast.walk(ast.parse(code)))
    joined = any(isinstance(node, ast.JoinedStr) and _starts_sql(node) for node in nodes)
    assert (joined or any(isinstance(node, ast.BinOp) and _joins_sql(node) for node in nodes)) is found
