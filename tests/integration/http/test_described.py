"""Every described call, sent odd things by two roles: never a fault, and only statuses that are described."""

from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.http.conftest import Caller, Shop

ODD_TEXTS = [
    "", "x", "0", "-1", "1", "' OR 1=1 --", "{", "{amount}", "%00", "\0", "\u202e", "😀" * 40, "a" * 3000, "../..",
    "null", "{nothing} = 1", "{channel} = 'TM'", "IF(", "2026-02-30", "2026-01-15T10:00:00", "1e999", "orders", "paid",
]  # fmt: skip
ODD_VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "\u0000", "<script>", [], ["x"], [None], {}, {"a": {"b": [1]}}, [[[]]],
    "2026-01-15", "TM", {"files": 1}, ["orders"], "a" * 20_000,
]  # fmt: skip
ROUNDS = 6


def calls_of(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The (path, method, operation) of every described call."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def body_for(schema: dict[str, Any], components: dict[str, Any], chance: Random) -> Any:
    """A body that bears the described names, and sometimes another, with odd values."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        return body_for(chance.choice(schema["oneOf"]), components, chance)
    names = [name for name in schema.get("properties", {}) if chance.random() < 0.7]
    if chance.random() < 0.1:
        names.append(chance.choice(["nothing", "__class__", "id", "\u0000"]))
    return chance.choice(ODD_VALUES) if chance.random() < 0.1 else {name: chance.choice(ODD_VALUES) for name in names}


def sent(caller: Caller, path: str, method: str, operation: dict[str, Any], document: dict[str, Any], chance: Random) -> Any:
    """The answer to a described call with odd arguments."""
    query = {}
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            value = str(chance.choice(["TM20260115-00001", "1", *ODD_TEXTS[1:]]))
            path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
        elif parameter["in"] == "query" and chance.random() < 0.5:
            query[parameter["name"]] = chance.choice(ODD_TEXTS)
    given: dict[str, Any] = {"query_string": query}
    body = operation.get("requestBody")
    if body and "application/json" in body["content"]:
        given["json"] = body_for(body["content"]["application/json"]["schema"], document["components"]["schemas"], chance)
    elif body:
        given |= {"data": {"file": chance.choice(ODD_TEXTS)}, "content_type": "multipart/form-data"}
    return caller.call(method.upper(), path, **given)


@pytest.mark.parametrize("role", ["admin", "clerk"])
def test_odd_things_are_answered_as_described(stored_shop: Shop, role: str) -> None:
    caller, chance = stored_shop.caller(role), Random(role)
    for _ in range(2):
        stored_shop.caller("clerk").order(amount="10.00", remark="x")
    document = caller.get("/openapi.json").get_json()
    wrong = []
    for path, method, operation in calls_of(document):
        if operation["operationId"] == "sign_out":
            continue
        for _ in range(ROUNDS):
            answer = sent(caller, path, method, operation, document, chance)
            known = {int(status) for status in operation["responses"]} | {405}
            if answer.status_code not in known or answer.status_code in (500, 503):
                wrong.append((operation["operationId"], answer.status_code, answer.request.path[:80], answer.text[:160]))
            answer.close()
    assert wrong == [], "\n".join(map(str, wrong))
