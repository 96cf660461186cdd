"""Claims, timelines, alerts and to-dos over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.http.conftest import NOW, Caller, Shop, codes

RECORDS = "/tables/orders/records"


@pytest.fixture
def counter(shop: Shop) -> Caller:
    """The till, which speaks for itself."""
    return shop.caller("admin", sources=("counter",))


@pytest.fixture
def order(shop: Shop) -> str:
    """The path of an order."""
    return f"{RECORDS}/{shop.caller('clerk').order()['order_no']}"


def test_a_word_is_answered_with_the_timeline(order: str, counter: Caller) -> None:
    said = counter.post(f"{order}/claims", {"node": "paid", "source": "counter", "at": "2026-01-15T08:30:00"})
    paid, checked, *_ = said.get_json()["nodes"]
    assert (said.status_code, paid["state"], paid["at"]) == (201, "reached", "2026-01-15T08:30:00+08:00")
    assert (paid["claims"][0]["source"], checked["state"], checked["due_since"]) == ("counter", "due", paid["at"])


def test_a_person_speaks_as_the_role(shop: Shop, order: str, counter: Caller) -> None:
    counter.post(f"{order}/claims", {"node": "paid", "source": "counter"})
    checked = shop.caller("clerk").post(f"{order}/claims", {"node": "checked"}).get_json()["nodes"][1]
    assert (checked["source"], checked["state"]) == ("role:clerk", "reached")


REFUSED = [
    ("clerk", {"node": "checked"}, 409, "predecessor_missing"),
    ("clerk", {"node": "paid", "source": "counter"}, 403, "wrong_source"),
    ("packer", {"node": "checked"}, 403, "wrong_source"),
    ("clerk", {"node": "chekced"}, 422, "invalid"),
    ("clerk", {"node": "cancelled", "at": "2026-01-15T10:00:00"}, 422, "future_time"),
    ("clerk", {"node": "checked", "at": "soon"}, 422, "invalid"),
    ("clerk", {"nod": "checked"}, 400, "unknown_key"),
    ("clerk", {}, 422, "required"),
    ("clerk", {"node": 7}, 422, "invalid"),
    ("clerk", {"node": "checked", "note": "a\u0000b"}, 422, "invalid"),
    ("clerk", {"retract": "nothing"}, 404, "not_found"),
    ("clerk", {"retract": "x", "node": "checked"}, 422, "invalid"),
]


@pytest.mark.parametrize(("role", "body", "status", "code"), REFUSED)
def test_a_word_that_does_not_fit_is_refused_with_its_reason(
    shop: Shop, order: str, role: str, body: dict[str, object], status: int, code: str
) -> None:
    refused = shop.caller(role).post(f"{order}/claims", body)
    assert (refused.status_code, codes(refused)[0][1]) == (status, code), refused.text


def test_a_name_that_is_not_ones_own_is_told_apart_from_one_that_may_not_speak(shop: Shop, order: str) -> None:
    def refused(caller: Caller, **word: str) -> str:
        answer = caller.post(f"{order}/claims", {"node": "cancelled", **word})
        assert (answer.status_code, codes(answer)) == (403, [("source", "wrong_source")])
        return str(answer.get_json()["detail"])

    clerk, token = shop.caller("clerk"), shop.caller("packer", sources=("counter", "role:clerk"))
    assert refused(clerk, source="counter").startswith("您不能以“收银台”的名义报“已取消”")
    assert refused(clerk, source="nobody").startswith("“已取消”不能由“nobody”来报；可以报的是：")
    assert refused(token) == "请在 source 里写明以谁的名义报“已取消”：counter、role:clerk"


def test_evidence_is_a_file_that_was_brought(shop: Shop, order: str, counter: Caller) -> None:
    for node in ("paid", "checked"):
        counter.post(f"{order}/claims", {"node": node, "source": "counter" if node == "paid" else "role:clerk"})
    packer = shop.caller("packer")
    assert packer.post(f"{order}/claims", {"node": "checked"}).status_code == 403
    missing = packer.post(f"{order}/claims", {"node": "packed"})
    assert (missing.status_code, codes(missing)[0][1]) == (409, "predecessor_missing")
    shop.caller("clerk").post(f"{order}/claims", {"node": "checked"})
    missing = packer.post(f"{order}/claims", {"node": "packed"})
    assert (missing.status_code, codes(missing)) == (422, [("photo", "evidence_missing")])
    photo = packer.upload("打包.png", PNG).get_json()["id"]
    done = packer.post(f"{order}/claims", {"node": "packed", "evidence": {"photo": photo}})
    assert (done.status_code, done.get_json()["closed"]) == (201, True)
    assert done.get_json()["nodes"][3]["claims"][0]["evidence"][0]["name"] == "打包.png"


def test_a_word_is_withdrawn_by_who_said_it(shop: Shop, order: str) -> None:
    clerk = shop.caller("clerk")
    cancelled = clerk.post(f"{order}/claims", {"node": "cancelled"}).get_json()
    claim = cancelled["exits"][0]["claims"][0]["id"]
    back = clerk.post(f"{order}/claims", {"retract": claim, "note": "误点"})
    assert (back.status_code, back.get_json()["closed"]) == (201, False)


def test_the_timeline_is_told_as_it_was_known(shop: Shop, order: str, counter: Caller) -> None:
    shop.move(hours=1)
    counter.post(f"{order}/claims", {"node": "paid", "source": "counter", "at": "2026-01-15T09:00:00+08:00"})
    clerk = shop.caller("clerk")
    then = clerk.get(f"{order}/timeline", as_of="2026-01-15T09:30:00+08:00").get_json()
    now = clerk.get(f"{order}/timeline").get_json()
    assert [body["nodes"][0]["state"] for body in (then, now)] == ["due", "reached"]
    assert clerk.get(f"{order}/timeline", as_of="yesterday").status_code == 400


def test_a_table_without_a_flow_takes_no_word(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    clerk.post("/tables/customers/records", {"customer_no": "C1"})
    assert clerk.post("/tables/customers/records/C1/claims", {"node": "paid"}).status_code == 422
    assert clerk.get("/tables/notes/records/x/timeline").status_code == 404


def test_of_many_words_the_refused_ones_are_reported(shop: Shop, counter: Caller) -> None:
    clerk = shop.caller("clerk")
    first, second = (clerk.order()["order_no"] for _ in range(2))
    counter.post(f"{RECORDS}/{first}/claims", {"node": "paid", "source": "counter"})
    body = {"table": "orders", "node": "checked", "records": [first, second, "nothing"]}
    said = clerk.post("/claims/batch", body).get_json()
    assert [one["key"] for one in said["claimed"]] == [first]
    refused = {one["record"]: one["errors"][0]["code"] for one in said["refused"]}
    assert refused == {second: "predecessor_missing", "nothing": "not_found"}
    assert clerk.post("/claims/batch", body | {"records": ["x"] * 501}).status_code == 200
    assert clerk.post("/claims/batch", body | {"records": [str(n) for n in range(501)]}).status_code == 413


def test_the_same_claim_request_again_is_one(stored_shop: Shop) -> None:
    counter, clerk = stored_shop.caller("admin", sources=("counter",)), stored_shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order()['order_no']}/claims"
    answers = []
    for _ in range(2):
        answers.append(counter.post(path, {"node": "paid", "source": "counter"}, Idempotency_Key="p1").get_json())
        stored_shop.move(minutes=1)
    assert answers[0] == answers[1]
    assert len(answers[1]["nodes"][0]["claims"]) == 1


def test_an_alert_is_on_the_wall_and_is_acknowledged_with_a_note(shop: Shop, order: str, counter: Caller) -> None:
    counter.post(f"{order}/claims", {"node": "paid", "source": "counter", "at": NOW.isoformat()})
    shop.move(hours=2, seconds=1)
    clerk = shop.caller("clerk")
    (alert,) = clerk.get("/alerts", state="open").get_json()["alerts"]
    assert (alert["rule"], alert["level"], alert["record"]) == ("check_late", "red", order.rpartition("/")[2])
    known = clerk.post(f"/alerts/{alert['id']}/acknowledge", {"note": "在查"})
    assert (known.status_code, known.get_json()["state"], known.get_json()["note"]) == (200, "acknowledged", "在查")
    assert clerk.get("/alerts", state="open").get_json() == {"alerts": [], "next": None}
    assert clerk.get("/alerts", state="opne").status_code == 400
    assert clerk.get("/alerts", level="pink").status_code == 400
    for cursor in ("x", "9" * 30 + ".a"):
        assert codes(clerk.get("/alerts", cursor=cursor)) == [("cursor", "bad_cursor")]
    assert clerk.post("/alerts/nothing/acknowledge", {}).status_code == 404


def test_a_sentence_tells_nothing_that_its_reader_may_not_see(shop: Shop, order: str, counter: Caller) -> None:
    counter.post(f"{order}/claims", {"node": "paid", "source": "counter", "at": NOW.isoformat()})
    shop.move(hours=3)
    clerk, finance = shop.caller("clerk"), shop.caller("finance")
    why = [caller.get(f"{order}/timeline").get_json()["nodes"][2]["why"] for caller in (clerk, finance)]
    assert ["cost_price" in each for each in why] == [False, True]
    causes = [caller.get("/alerts").get_json()["alerts"][0].get("because") for caller in (clerk, finance)]
    assert causes == [None, "内部没有说明"]


def test_four_who_say_the_same_at_once_are_one_word(stored_shop: Shop) -> None:
    clerk = stored_shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order()['order_no']}/claims"
    racers = [stored_shop.caller("admin", sources=("counter",)) for _ in range(4)]
    body = {"node": "paid", "source": "counter", "at": NOW.isoformat()}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda racer: racer.post(path, body), racers))
    assert [answer.status_code for answer in answers] == [201] * 4
    timeline = clerk.get(path.replace("claims", "timeline")).get_json()
    assert len(timeline["nodes"][0]["claims"]) == 1


def test_to_dos_are_what_waits_for_my_roles(shop: Shop, order: str, counter: Caller) -> None:
    clerk, packer = shop.caller("clerk"), shop.caller("packer")
    assert clerk.get("/todos").get_json()["todos"] == []
    counter.post(f"{order}/claims", {"node": "paid", "source": "counter"})
    (todo,) = clerk.get("/todos").get_json()["todos"]
    assert (todo["node"], todo["record"], todo["due_since"]) == ("checked", order.rpartition("/")[2], "2026-01-15T09:00:00+08:00")
    assert packer.get("/todos").get_json()["count"] == 0


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
