"""The OpenAPI 3.1 document, from the routes and the declarations in force, as one caller may see them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from werkzeug.routing import Map, Rule

from mailuo.base.problems import Language
from mailuo.records import Actor, Running, TableAccess
from mailuo_web.api.components import COMPONENTS
from mailuo_web.api.record_schema import schemas_of
from mailuo_web.http.answers import title_of
from mailuo_web.http.operation import Body, Free, Operation, Parameter, Words
from mailuo_web.http.route import Need

Json = dict[str, Any]

PREFIX = "/api/v1"
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
_READING = frozenset({"HEAD", "OPTIONS"})
_PROBLEM = "application/problem+json"
_OF_TABLE = "<table>"
_FLOW = frozenset({"read_timeline", "say"})


def document(running: Running, actor: Actor | None, routes: Map, views: Mapping[str, Any], language: Language) -> Json:
    """The document; a stranger's holds no table."""
    access = running.policy.access(actor).tables if actor else {}
    writer = _Writer(list(access.values()), language)
    schemas: Json = dict(COMPONENTS)
    for each in access.values():
        schemas |= schemas_of(each)
    title = running.manifest.workspace.title if actor else "Mailuo 脉络"
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": str(running.number)},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}, {"session": [], "csrf": []}],
        "paths": writer.paths(rules_of(routes), views),
        "components": {"schemas": schemas, "securitySchemes": _SECURITY},
    }


_SECURITY: Json = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "mailuo_session"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
}


def rules_of(routes: Map) -> list[Rule]:
    """The routes of the API, by path."""
    found = (rule for rule in routes.iter_rules() if rule.rule.startswith(f"{PREFIX}/"))
    return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))


class _Writer:
    """Writes operations in one language, those of tables once for each table."""

    def __init__(self, tables: Iterable[TableAccess], language: Language) -> None:
        self._tables = tuple(tables)
        self._language = language

    def paths(self, rules: Iterable[Rule], views: Mapping[str, Any]) -> Json:
        """Every path with its operations."""
        paths: Json = {}
        for rule in rules:
            view = views[rule.endpoint]
            for table in self._tables_of(rule):
                path = _path(rule.rule.removeprefix(PREFIX), table)
                for method in sorted((rule.methods or set()) - _READING):
                    paths.setdefault(path, {})[method.lower()] = self._operation(rule, view.operation, view.need, table)
        return paths

    def _tables_of(self, rule: Rule) -> Iterator[TableAccess | None]:
        if _OF_TABLE not in rule.rule:
            yield None
            return
        name = rule.endpoint.rpartition(".")[2]
        yield from (each for each in self._tables if name not in _FLOW or each.table.flow is not None)

    def _operation(self, rule: Rule, operation: Operation, need: Need, table: TableAccess | None) -> Json:
        name = rule.endpoint.rpartition(".")[2]
        told: Json = {
            "operationId": f"{name}_{table.table.id}" if table else name,
            "summary": self._say(operation.says),
            "tags": [table.table.title if table else "API"],
            "x-need": [need.kind, *need.rights],
            "parameters": [*_arguments(rule, table), *map(self._parameter, operation.parameters)],
            "responses": self._responses(rule, operation, table, need),
        }
        if need.kind == "anybody":
            told["security"] = []
        if operation.body is not None:
            told["requestBody"] = {"required": True, "content": self._body(operation.body, table)}
        return told

    def _parameter(self, parameter: Parameter) -> Json:
        told = {"name": parameter.name, "in": parameter.place, "schema": dict(parameter.schema)}
        return {**told, "description": self._say(parameter.says)}

    def _body(self, body: Body | Free, table: TableAccess | None) -> Json:
        if isinstance(body, Free):
            return {body.media: {"schema": _named(body.schema, table)}}
        properties = {
            name: {**member.schema, "description": self._say(member.says)} for name, member in body.members.items()
        }
        required = [name for name, member in body.members.items() if member.required]
        schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        return {"application/json": {"schema": schema}}

    def _responses(self, rule: Rule, operation: Operation, table: TableAccess | None, need: Need) -> Json:
        good: Json = {"description": self._say(operation.says)}
        if operation.answer is not None:
            good["content"] = {operation.media: {"schema": _named(operation.answer, table)}}
        if operation.headers:
            good["headers"] = {
                name: {"schema": {"type": "string"}, "description": self._say(says)}
                for name, says in operation.headers.items()
            }
        statuses = sorted({*operation.problems, *_everyday(rule, operation, need)})
        return {str(operation.status): good} | {str(status): self._problem(status) for status in statuses}

    def _problem(self, status: int) -> Json:
        content = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        return {"description": title_of(status, self._language), "content": content}

    def _say(self, words: Words) -> str:
        return words[0] if self._language == "zh" else words[1]


def _everyday(rule: Rule, operation: Operation, need: Need) -> Iterator[int]:
    """The statuses of refusals that follow from what a call takes and needs."""
    yield from (400, 503)
    if need.kind != "anybody":
        yield from (401, 403)
    if rule.arguments:
        yield 404
    if operation.parameters:
        yield 422
    if operation.body is not None:
        yield from (413, 415, 422)


def _path(rule: str, table: TableAccess | None) -> str:
    named = rule.replace(_OF_TABLE, table.table.id) if table else rule
    return _ARGUMENT.sub(r"{\2}", named)


def _arguments(rule: Rule, table: TableAccess | None) -> Iterator[Json]:
    for converter, name in _ARGUMENT.findall(rule.rule):
        if table is None or name != "table":
            schema = {"type": "integer", "minimum": 0} if converter == "int" else {"type": "string", "minLength": 1}
            yield {"name": name, "in": "path", "required": True, "schema": schema}


def _named(schema: Mapping[str, Any], table: TableAccess | None) -> Json:
    """The schema with `{table}` in its references replaced."""
    return cast(Json, _replaced(dict(schema), table.table.id if table else ""))


def _replaced(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(each, name) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(each, name) for each in value]
    return value.replace("{table}", name) if isinstance(value, str) else value
