"""The server that the simulation plays against, over its public API with an integration token."""

import csv
import itertools
import json
import mimetypes
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from mailuo.base.problems import Refusal
from mailuo.cli.simulation.messages import SERVER_AWAY, SERVER_REFUSED

_BATCH = 500
_ASKED_FOR = 40
_LOOK_SECONDS = 0.1
_TIRELESS = 60
Json = dict[str, Any]


class Server:
    """Calls of the API. A server that is away is asked again for a minute; what it refuses is a Refusal."""

    def __init__(self, urls: Sequence[str], token: str) -> None:
        self._urls = list(urls)
        self._keys: dict[str, str] = {}
        self._turn = itertools.count()
        self._client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)

    def create(self, table: str, values: Mapping[str, object]) -> str:
        """The key of a new record."""
        return self.key_of(table, self._call("POST", f"/tables/{table}/records", values))

    def create_many(self, table: str, values: Sequence[Mapping[str, object]]) -> list[str]:
        """The keys of new records, in the order given."""
        made: list[str] = []
        for start in range(0, len(values), _BATCH):
            told = self._call("POST", f"/tables/{table}/records", {"records": values[start : start + _BATCH]})
            made += [self.key_of(table, record) for record in told["records"]]
        return made

    def take_in(self, what: str, lines: Sequence[Mapping[str, object]], **asked: str) -> Json:
        """What became of lines that were imported: rows of `tables/…`, or `claims`; returns when that is done."""
        text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        name = f"{what.rpartition('/')[2]}-{uuid4().hex[:8]}.ndjson"
        file = {"file": (name, text.encode(), "application/x-ndjson")}
        job = self._call("POST", f"/{what}/import", parameters={"again": "1", **asked}, files=file)["job"]
        while (told := self._call("GET", f"/jobs/{job}"))["state"] in ("waiting", "running"):
            time.sleep(_LOOK_SECONDS)
        return told

    def key_of(self, table: str, record: Mapping[str, Any]) -> str:
        """The key of a record; its id where the table has none."""
        return str(record[self.key_name(table)])

    def key_name(self, table: str) -> str:
        """The field that is the key of a table's records."""
        if table not in self._keys:
            declared = self._call("GET", f"/tables/{table}")["key"]
            self._keys[table] = declared["field"] if declared else "id"
        return self._keys[table]

    def connected(self) -> set[str]:
        """The connectors that are on."""
        try:
            told = self._call("GET", "/connectors")
        except Refusal:
            return set()
        return {str(each["id"]) for each in told["connectors"] if each.get("state") != "off"}

    def record(self, table: str, key: str) -> Json:
        """A record as it stands."""
        return self._call("GET", f"/tables/{table}/records/{key}")

    def change(self, table: str, key: str, values: Mapping[str, object]) -> None:
        """Changes some of a record's fields."""
        self._call("PATCH", f"/tables/{table}/records/{key}", values)

    def holding(self, table: str, field: str, values: Sequence[str]) -> Iterator[Json]:
        """The records whose field holds one of these values."""
        for start in range(0, len(values), _ASKED_FOR):
            conditions = [f"{{{field}}} = '{value}'" for value in values[start : start + _ASKED_FOR]]
            yield from self.rows(
                table, filter=conditions[0] if len(conditions) == 1 else f"OR({', '.join(conditions)})"
            )

    def claim(self, table: str, record: str, node: str, source: str, at: datetime, part: str | None = None) -> None:
        """Says in the name of a source that a record, or a part of it, reached a node."""
        body = {"node": node, "source": source, "at": at.isoformat()} | ({"part": part} if part else {})
        self._call("POST", f"/tables/{table}/records/{record}/claims", body)

    def rows(self, table: str, **asked: str) -> Iterator[Json]:
        """All records that answer a query."""
        cursor: str | None = None
        while True:
            parameters = {**asked, "limit": str(_BATCH)} | ({"cursor": cursor} if cursor else {})
            page = self._call("GET", f"/tables/{table}/records", parameters=parameters)
            yield from page["records"]
            cursor = page.get("next")
            if not cursor:
                return

    def loaded(self, table: str, file: Path) -> Sequence[Json]:
        """The records of a table, brought from a file where it has none yet; the first member of each is its key."""
        rows = list(self.rows(table))
        if not rows:
            with file.open(encoding="utf-8", newline="") as lines:
                given = [{name: value for name, value in row.items() if value} for row in csv.DictReader(lines)]
            self._call("POST", f"/tables/{table}/records", {"records": given})
            rows = list(self.rows(table))
        return [{"key": self.key_of(table, row), **row} for row in rows]

    def add_person(self, name: str, roles: Sequence[str], **reach: str) -> str | None:
        """The one-time password of somebody new; None for somebody who is there already."""
        if any(each["name"] == name for each in self._call("GET", "/people")["people"]):
            return None
        return str(self._call("POST", "/people", {"name": name, "roles": roles, **reach})["password"])

    def as_person(self, name: str, password: str) -> "Server":
        """The same server for somebody who signs in."""
        told = self._call("POST", "/session", {"username": name, "password": password}, parameters={"token": "1"})
        return Server(self._urls, str(told["token"]))

    def ask(self, path: str, **asked: str) -> Json:
        """What a call answers that only reads."""
        return self._call("GET", path, parameters=asked)

    def do(self, path: str, body: Mapping[str, object]) -> Json:
        """What a call answers that does something."""
        return self._call("POST", path, body)

    def upload(self, file: Path) -> str:
        """The id of a file that is stored now."""
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return str(self._call("POST", "/files", files={"file": (file.name, file.read_bytes(), kind)})["id"])

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        parameters: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Json:
        answer = self._answer(method, path, body, parameters, files)
        if answer.is_error:
            raise Refusal(SERVER_REFUSED(deed=f"{method} {path}", detail=_detail(answer)))
        told: Json = answer.json()
        return told

    def _answer(
        self,
        method: str,
        path: str,
        body: object,
        parameters: Mapping[str, str] | None,
        files: Mapping[str, tuple[str, bytes, str]] | None,
    ) -> httpx.Response:
        headers = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        for attempt in range(_TIRELESS):
            url = self._urls[next(self._turn) % len(self._urls)]
            try:
                answer = self._client.request(
                    method, f"{url}/api/v1{path}", json=body, params=parameters, headers=headers, files=files
                )
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code not in (429, 502, 503):
                return answer
            time.sleep(min(2.0, 0.1 * 2**attempt))
        raise Refusal(SERVER_AWAY(url=self._urls[0]))


def _detail(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return str(answer.status_code)
    return f"{answer.status_code} {told.get('detail', '')}"
