"""Questions over many records: numbers, my open work, and one box over all tables."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from mailuo.base.moments import format_moment, parse_moment
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, running
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.bodies import json_object
from mailuo_web.http.operation import Free, Operation, Parameter, listed, ref
from mailuo_web.http.parameters import limit
from mailuo_web.http.route import SIGNED_IN

_MOST_HITS = 50
_FORWARD = "9999"

QUERY = Operation(
    ("数字：度量、分组、筛选、当时所知", "Numbers: a measure, grouped, filtered, as known at a moment"),
    ref("Answer"),
    body=Free("application/json", ref("Question")),
    problems=(400, 404, 415, 422),
)
TODOS = Operation(
    ("等着我的：该我的角色确认的节点，和自动化给我的待办，等得最久的在前", "What waits for me: nodes of my roles and lines from automations, longest waiting first"),
    listed("todos", "Todo"),
    parameters=(parts.LIMIT,),
    problems=(400,),
)
SEARCH = Operation(
    ("在所有表里找", "Looks into all tables"),
    listed("results", "Hit"),
    parameters=(Parameter("q", ("要找的文字", "What is sought")), parts.LIMIT),
    problems=(400, 422),
)


@call("/query", SIGNED_IN, QUERY, "POST")
def query() -> ResponseReturnValue:
    """`{columns, rows, total?, drill}`."""
    return answer(application().analytics.query(actor(), json_object()))


@call("/todos", SIGNED_IN, TODOS)
def list_todos() -> ResponseReturnValue:
    """`{todos, count, next}`: each record that waits for a node which the caller may confirm, and lines of rules."""
    most, count, found = limit(), 0, []
    for table, node, title in _mine():
        waiting = application().flow.waiting(actor(), table, node, most)
        count += waiting.count
        found += [(since, _todo(table, node, title, key, since)) for _, key, since in waiting.oldest]
    lines = application().todos.open(actor())
    count += len(lines)
    found += [(parse_moment(line["at"], running().zone), _line(line)) for line in lines]
    found.sort(key=lambda each: (each[0].isoformat() if each[0] else _FORWARD, str(each[1]["record"])))
    return answer({"todos": [todo for _, todo in found[:most]], "count": count, "next": None})


@call("/search", SIGNED_IN, SEARCH)
def search() -> ResponseReturnValue:
    """`{results, next}`: exact matches first."""
    hits = application().records.search(actor(), request.args.get("q", ""), most=limit(_MOST_HITS, 10))
    tables = running().manifest.tables
    results = [
        {
            "table": hit.table,
            "table_title": tables[hit.table].title,
            "id": hit.record,
            "key": hit.key,
            "field": hit.field,
            "text": hit.value,
        }
        for hit in hits
    ]
    return answer({"results": results, "next": None})


def _mine() -> Iterator[tuple[str, str, str]]:
    """The (table, node, title) of everything that the caller may confirm in tables that the caller reads."""
    policy, who = running().policy, actor()
    access = policy.access(who)
    for table in running().manifest.tables.values():
        if table.flow is None or not access.reads(table.id):
            continue
        for node in table.flow.nodes.values():
            if policy.may(who, "confirm", (table.id, node.id)):
                yield table.id, node.id, node.title


def _todo(table: str, node: str, title: str, key: str, since: datetime | None) -> dict[str, Any]:
    due_since = format_moment(since, running().zone) if since else None
    return {"kind": "node", "table": table, "record": key, "node": node, "title": title, "due_since": due_since}


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    head = {"kind": "line", "id": line["id"], "table": line["table"], "record": line["record"]}
    return {**head, "title": line["text"], "due_since": line["at"]}
