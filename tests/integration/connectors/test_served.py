"""Hooks and the console of connectors over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mailuo.app.application import Application, declarations_of
from mailuo.automations.switch import switch_off
from mailuo.base.clock import SetClock
from mailuo.base.problems import LANGUAGES, Language
from mailuo.base.settings import Settings
from mailuo.flow.saying import Word
from mailuo.records import SYSTEM
from mailuo.storage.engine import Store
from mailuo_web.application import create_application
from tests.integration.connectors.conftest import FOLDER, NOW
from tests.integration.connectors.pushing import pushed_body
from tests.integration.connectors.vendor import Vendor

FORM = "application/x-www-form-urlencoded"


class Served:
    """The office, served in this process, and somebody who calls it."""

    def __init__(self, application: Application) -> None:
        self.application = application
        app = create_application(application)
        app.testing = True
        self.client: FlaskClient = app.test_client()
        for role in ("clerk", "reader", "watcher"):
            secret = application.accounts.add_token(role, (role,), (), SYSTEM)
            setattr(self, role, {"Authorization": f"Bearer {secret}"})

    clerk: dict[str, str]
    reader: dict[str, str]
    watcher: dict[str, str]

    def push(self, body: bytes, path: str = "/hooks/swift/track"):
        """The answer to a push."""
        return self.client.post(path, data=body, content_type=FORM)

    def get(self, path: str, **headers: str):
        """What the clerk is told."""
        return self.client.get(f"/api/v1/connectors{path}", headers={**self.clerk, **headers})

    def post(self, path: str, body: object = None):
        """What the clerk is told who asks for something."""
        return self.client.post(f"/api/v1/connectors{path}", headers=self.clerk, json=body)


@pytest.fixture
def served(tmp_path: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The office over HTTP, connected to a carrier."""
    for name, value in {"SWIFT_URL": vendor.url, "SWIFT_ID": "1234567", "SWIFT_KEY": "the key"}.items():
        monkeypatch.setenv(name, value)
    files = {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
    files["automations/connectors/swift.yaml"] = files.pop("tables/swift.yaml")
    store = Store.open(f"sqlite:///{tmp_path / 'mailuo.db'}", tmp_path)
    settings = Settings.from_environment({"MAILUO_HOME": str(tmp_path)})
    clock = SetClock(NOW)
    declarations_of(settings, store, clock).publish(files)
    application = Application.over(settings, store, clock)
    application.records.create(SYSTEM, "jobs", {"job_no": "J-1"})
    application.flow.claim(SYSTEM, "jobs", "J-1", Word("paid", NOW, "shop"))
    application.records.create(SYSTEM, "packets", {"waybill_no": "YT1", "job": "J-1"})
    yield Served(application)
    application.close()


def test_a_push_is_answered_and_worked_off(served: Served) -> None:
    answer = served.push(pushed_body("YT1"))
    assert (answer.status_code, answer.get_json()["Success"]) == (200, True)
    served.application.engine.settle()
    job = served.application.records.get(SYSTEM, "jobs", "J-1").json()
    assert job["picked_up"] == "2026-01-14T17:02:11+08:00"
    items = served.get("/swift/inbox?state=done").get_json()["inbox"]
    assert [(each["event"], each["state"], each["record"]) for each in items] == [("track", "done", "J-1")]


def test_a_forged_push_is_answered_in_the_senders_failure_form(served: Served) -> None:
    answer = served.push(pushed_body("YT1", key="guess"))
    assert (answer.status_code, answer.get_json()) == (401, {"Success": False, "Reason": "signature"})
    item = served.get("/swift/inbox?state=refused").get_json()["inbox"][0]
    assert item["reason"] == "DataSign 对不上"


@pytest.mark.parametrize("list_", ["inbox", "calls"])
def test_a_cursor_of_nobodys_making_begins_no_page(served: Served, list_: str) -> None:
    for cursor in ("x", "1", "9" * 30 + ".a"):
        refused = served.get(f"/swift/{list_}?cursor={cursor}")
        assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("path", ["/hooks/tmall/trade", "/hooks/swift/other", "/hooks/swift/track/more"])
def test_a_push_to_nobody_is_not_found(served: Served, path: str) -> None:
    assert served.push(pushed_body("YT1"), path).status_code == 404


def test_a_push_that_is_too_large_is_refused(served: Served) -> None:
    refused = served.push(b"RequestData=" + b"x" * 1_100_000)
    assert (refused.status_code, refused.content_type) == (413, "application/problem+json")


def test_a_dead_letter_is_replayed_once_the_record_is_there(served: Served) -> None:
    served.push(pushed_body("YT9"))
    served.application.engine.settle()
    letter = served.get("/swift/inbox?state=dead").get_json()["inbox"][0]
    english = served.get(f"/swift/inbox/{letter['id']}", **{"Accept-Language": "en"}).get_json()
    assert (letter["reason"], english["reason"]) == ("找不到记录：waybill_no=YT9", "unknown record: waybill_no=YT9")
    served.application.records.create(SYSTEM, "packets", {"waybill_no": "YT9", "job": "J-1"})
    assert served.post(f"/swift/inbox/{letter['id']}/replay").get_json()["state"] == "new"
    served.application.engine.settle()
    told = served.get(f"/swift/inbox/{letter['id']}").get_json()
    assert (told["state"], told["body"]["Data"][0]["LogisticCode"]) == ("done", "YT9")


def test_a_dead_letter_is_discarded_with_a_reason_and_may_still_be_replayed(served: Served) -> None:
    served.push(pushed_body("YT9"))
    served.application.engine.settle()
    letter = served.get("/swift/inbox?state=dead").get_json()["inbox"][0]
    path = f"/swift/inbox/{letter['id']}"
    assert [served.post(f"{path}/discard", {"note": note}).status_code for note in (None, " ", "长" * 2_001)] == [422] * 3
    told = served.post(f"{path}/discard", {"note": "测试单，不要了"}).get_json()
    assert (told["state"], told["reason"]) == ("dropped", "找不到记录：waybill_no=YT9")
    assert served.post(f"{path}/discard", {"note": "再一次"}).status_code == 409
    assert served.get("/swift/inbox?state=dead").get_json()["inbox"] == []
    kept = next(line for line in served.application.audit.page()[0] if line["action"] == "inbox.discard")
    assert kept["detail"] == {"connector": "swift", "id": letter["id"], "why": "测试单，不要了"}
    served.application.records.create(SYSTEM, "packets", {"waybill_no": "YT9", "job": "J-1"})
    served.application.engine.settle()
    assert served.get(path).get_json()["state"] == "dropped"
    assert served.post(f"{path}/replay").get_json()["state"] == "new"


def test_a_dead_call_is_discarded(served: Served, vendor: Vendor) -> None:
    vendor.answers = lambda heard: (400, {})
    made = served.post("/swift/operations/query/test", {"with": {"waybill_no": "YT1"}}).get_json()
    path = f"/swift/calls/{made['id']}"
    assert served.post(f"{path}/discard", {"note": "x"}).status_code == 409
    served.application.engine.settle()
    assert served.get(path).get_json()["state"] == "dead"
    assert served.post(f"{path}/discard", {"note": "x"}).get_json()["state"] == "dropped"


def test_a_test_call_is_made_and_told_of(served: Served, vendor: Vendor) -> None:
    made = served.post("/swift/operations/query/test", {"with": {"waybill_no": "YT1"}})
    assert made.status_code == 202
    served.application.engine.settle()
    told = served.get(f"/swift/calls/{made.get_json()['id']}").get_json()
    assert (told["state"], told["answer"]["LogisticCode"], len(told["tries"])) == ("ok", "YT1", 1)
    calls = served.get("/swift/calls?state=ok").get_json()
    assert [each["operation"] for each in calls["calls"]] == ["query"]


def test_values_that_an_operation_does_not_use_are_refused(served: Served) -> None:
    refused = served.post("/swift/operations/query/test", {"with": {"waybil_no": "YT1"}})
    assert refused.status_code == 422
    assert served.post("/swift/operations/nothing/test", {"with": {}}).status_code == 404


def test_the_list_tells_how_each_connector_stands(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = served.get("").get_json()["connectors"][0]
    assert (connector["id"], connector["state"], connector["events"][0]["path"]) == ("swift", "on", "/hooks/swift/track")
    monkeypatch.delenv("SWIFT_KEY")
    connector = served.get("/swift").get_json()
    assert (connector["state"], connector["why"]) == ("off", {"disabled": False, "missing": ["SWIFT_KEY"]})
    assert served.push(pushed_body("YT1")).status_code == 404


def test_an_address_that_is_none_is_told_with_one_that_would_be_right(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIFT_URL", "http://user:hush@swift")
    connector = served.get("/swift").get_json()
    assert (connector["state"], connector["why"]["malformed"]) == ("off", [{"name": "SWIFT_URL", "expected": "https://host.example.com"}])
    assert served.push(pushed_body("YT1")).status_code == 200
    remarks = [problem.text("en") for problem in served.application.health.remarks()]
    assert [each for each in remarks if "SWIFT_URL gives no address; write one like https://host.example.com" in each]
    assert "hush" not in "".join(remarks)
    page = served.client.get("/connectors?connector=swift", headers=served.clerk).text
    assert ("SWIFT_URL" in page, "https://host.example.com" in page, "hush" in page) == (True, True, False)


def test_pages_follow_one_another(served: Served) -> None:
    for number in range(5):
        served.push(pushed_body(f"YT{number}"))
    first = served.get("/swift/inbox?limit=2").get_json()
    second = served.get(f"/swift/inbox?limit=2&cursor={first['next']}").get_json()
    third = served.get(f"/swift/inbox?limit=2&cursor={second['next']}").get_json()
    seen = [each["id"] for page in (first, second, third) for each in page["inbox"]]
    assert (len(seen), len(set(seen)), third["next"]) == (5, 5, None)


def test_connectors_are_not_for_everybody(served: Served) -> None:
    assert served.client.get("/api/v1/connectors", headers=served.reader).status_code == 403
    assert served.client.get("/api/v1/connectors").status_code == 401


def test_what_connectors_carry_is_for_who_looks_after_them_and_records_are_for_who_sees_them(served: Served) -> None:
    records, flow = served.application.records, served.application.flow
    records.create(SYSTEM, "jobs", {"job_no": "J-2"})
    flow.claim(SYSTEM, "jobs", "J-2", Word("paid", NOW, "shop"))
    records.create(SYSTEM, "packets", {"waybill_no": "YT2", "job": "J-2"})
    served.push(pushed_body("YT1"))
    served.push(pushed_body("YT2"))
    served.post("/swift/operations/query/test", {"with": {"waybill_no": "YT1"}})
    served.application.engine.settle()
    seen = {}
    for who in (served.clerk, served.watcher):
        items = served.get("/swift/inbox", **who).get_json()["inbox"]
        (call,) = served.get("/swift/calls", **who).get_json()["calls"]
        one, made = (served.get(f"/swift/{path}", **who).get_json() for path in (f"inbox/{items[0]['id']}", f"calls/{call['id']}"))
        again = served.client.post(f"/api/v1/connectors/swift/inbox/{items[1]['id']}/replay", headers=who).get_json()
        served.application.engine.settle()
        told = [name for name in ("key", "body", "with", "answer") if name in {**one, **made}]
        seen[who["Authorization"]] = ([item["record"] for item in items], told, "body" in again, made["tries"] != [])
    assert list(seen.values()) == [(["J-2", "J-1"], ["key", "body", "with", "answer"], True, True), (["J-2", None], [], False, True)]


@pytest.mark.parametrize(("language", "said"), [("zh", "内容只给管连接器的人看"), ("en", "for those who look after connectors alone")])
def test_the_page_says_why_it_shows_no_content(served: Served, language: Language, said: str) -> None:
    served.push(pushed_body("YT1"))
    pages = [
        served.client.get("/connectors?connector=swift", headers={**who, "Accept-Language": language}).text
        for who in (served.clerk, served.watcher)
    ]
    assert [(said in page, "J-1" in page) for page in pages] == [(False, False), (True, False)]
    served.application.engine.settle()
    pages = [served.client.get("/connectors?connector=swift", headers=who).text for who in (served.clerk, served.watcher)]
    assert ["J-1" in page for page in pages] == [True, False]


GONE = {
    "zh": ("快马速递已自动关闭", "对方说这个地址不再接收（HTTP 410）", "快马速递”已自动关闭：", "恢复发送"),
    "en": ("was switched off · ", "takes nothing at this address any more (HTTP 410)", "was switched off:", "Send again"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_connector_that_was_switched_off_says_why_and_how_it_is_switched_on(served: Served, language: Language) -> None:
    title, why, remark, deed = GONE[language]
    application = served.application
    application.store.write(lambda connection: switch_off(connection, "swift", NOW))
    told = served.client.get("/api/v1/outgoing", headers={**served.clerk, "Accept-Language": language}).get_json()
    assert [(each["connector"], each["by"], why in each["why"]) for each in told["held"]] == [("swift", "", True)]
    assert any(remark in problem.text(language) for problem in application.health.remarks())
    page, other = (served.client.get(path, headers={**served.clerk, "Accept-Language": language}).text for path in ("/connectors", "/runs"))
    assert (title in page, why in page, deed in page, 'data-state="gone"' in page) == (True,) * 4
    assert ("data-held" in other, remark.rstrip(":：") in other or title in other) == (True, True)
