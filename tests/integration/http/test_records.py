"""Records over HTTP: lists, single ones, writing, and what is refused with which status."""

import pytest

from tests.integration.http.conftest import ORDER, Shop, codes

RECORDS = "/tables/orders/records"


@pytest.fixture
def numbers(shop: Shop) -> list[str]:
    """Three orders of 10, 20 and 30."""
    clerk = shop.caller("clerk")
    return [clerk.order(amount=f"{amount}.00")["order_no"] for amount in (10, 20, 30)]


def test_a_new_record_is_answered_whole_with_its_version_and_its_address(shop: Shop) -> None:
    made = shop.caller("clerk").post(RECORDS, ORDER | {"amount": "12.50", "remark": "急"})
    record = made.get_json()
    assert made.status_code == 201
    assert record["order_no"] == "TM20260115-00001"
    assert (record["amount"], record["ordered_at"]) == ("12.50", "2026-01-15T09:00:00+08:00")
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Location"].endswith("/api/v1/tables/orders/records/TM20260115-00001")


def test_a_record_is_found_by_key_and_by_id(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    made = clerk.order()
    for key in (made["order_no"], made["id"]):
        found = clerk.get(f"{RECORDS}/{key}")
        assert (found.status_code, found.get_json()["id"]) == (200, made["id"])


def test_a_list_is_filtered_sorted_counted_and_cut(shop: Shop, numbers: list[str]) -> None:
    found = shop.caller("clerk").get(RECORDS, filter="{amount} > 10", sort="-amount", fields="amount", limit="1", count="1")
    body = found.get_json()
    assert [record["amount"] for record in body["records"]] == ["30.00"]
    assert body["count"] == 2
    assert set(body["records"][0]) == {"id", "order_no", "amount"}


def test_pages_follow_their_cursor_to_the_end(shop: Shop, numbers: list[str]) -> None:
    clerk, seen, cursor = shop.caller("clerk"), [], None
    for _ in range(3):
        more: dict[str, str] = {"cursor": cursor} if cursor else {}
        body = clerk.get(RECORDS, sort="amount", limit="2", **more).get_json()
        seen += [record["order_no"] for record in body["records"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert seen == numbers


def test_a_cursor_is_refused_under_another_sort(shop: Shop, numbers: list[str]) -> None:
    clerk = shop.caller("clerk")
    cursor = clerk.get(RECORDS, sort="amount", limit="1").get_json()["next"]
    assert clerk.get(RECORDS, sort="-amount", limit="1", cursor=cursor).status_code == 400


def test_keys_come_in_order_and_ids_fill_them(shop: Shop, numbers: list[str]) -> None:
    clerk = shop.caller("clerk")
    assert clerk.get(f"{RECORDS}/keys", sort="-amount").get_json()["keys"] == numbers[::-1]
    found = clerk.get("/tables/orders/keys", sort="amount").get_json()
    assert found["keys"] == numbers
    asked = clerk.get(RECORDS, ids=",".join(found["ids"])).get_json()["records"]
    assert [(record["id"], record["order_no"]) for record in asked] == list(zip(found["ids"], numbers, strict=True))
    filled = clerk.get(RECORDS, ids=f"{numbers[2]},{numbers[0]}").get_json()["records"]
    assert [record["order_no"] for record in filled] == [numbers[2], numbers[0]]


def test_ids_are_filled_only_where_they_answer_the_question(shop: Shop, numbers: list[str]) -> None:
    clerk, asked = shop.caller("clerk"), f"{numbers[2]},{numbers[0]},nobody"
    body = clerk.get(RECORDS, ids=asked, filter="{amount} > 10", count="1").get_json()
    assert ([record["order_no"] for record in body["records"]], body["count"]) == ([numbers[2]], 1)
    viewed = clerk.get(RECORDS, ids=asked, view="tmall").get_json()["records"]
    assert [record["order_no"] for record in viewed] == [numbers[2], numbers[0]]
    for wrong in ({"filter": "{cost_price} > 5"}, {"sort": "amont"}, {"view": "tmal"}, {"cursor": "made-up"}):
        assert clerk.get(RECORDS, ids=asked, **wrong).status_code == 400


def test_a_view_is_a_saved_question(shop: Shop, numbers: list[str]) -> None:
    found = shop.caller("clerk").get(RECORDS, view="tmall").get_json()["records"]
    assert [record["amount"] for record in found] == ["30.00", "20.00", "10.00"]


def test_a_link_is_a_key_and_an_object_when_it_is_expanded(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    clerk.post("/tables/customers/records", {"customer_no": "C1", "name": "张三"})
    key = clerk.order(customer="C1")["order_no"]
    assert clerk.get(f"{RECORDS}/{key}").get_json()["customer"] == "C1"
    assert clerk.get(f"{RECORDS}/{key}", expand="customer").get_json()["customer"]["name"] == "张三"


BAD_QUESTIONS = [
    ({"sort": "-amont"}, "sort"),
    ({"filter": "{amont} > 1"}, "filter"),
    ({"filter": "{amount} >"}, "filter"),
    ({"fields": "amont"}, "fields"),
    ({"expand": "amont"}, "expand"),
    ({"view": "tmal"}, "view"),
    ({"limit": "501"}, "limit"),
    ({"limit": "ten"}, "limit"),
    ({"limit": "0"}, "limit"),
    ({"count": "maybe"}, "count"),
    ({"cursor": "made-up"}, "cursor"),
    ({"fitler": "TRUE"}, "fitler"),
]


@pytest.mark.parametrize(("query", "field"), BAD_QUESTIONS)
def test_a_question_that_nobody_can_answer_is_400_at_its_parameter(shop: Shop, query: dict[str, str], field: str) -> None:
    refused = shop.caller("clerk").get(RECORDS, **query)
    assert refused.status_code == 400, refused.text
    assert codes(refused)[0][0] == field


def test_near_names_are_told(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    assert "amount" in clerk.get(RECORDS, sort="-amont").get_json()["errors"][0]["message"]
    assert "filter" in clerk.get(RECORDS, fitler="TRUE").get_json()["errors"][0]["message"]


@pytest.mark.parametrize("parameter", ["sort", "filter", "fields"])
def test_a_hidden_field_and_an_unknown_one_look_alike(shop: Shop, parameter: str) -> None:
    clerk = shop.caller("clerk")
    written = "{{{}}} > 1" if parameter == "filter" else "{}"
    hidden, unknown = (clerk.get(RECORDS, **{parameter: written.format(name)}) for name in ("cost_price", "zost_pqice"))
    assert hidden.status_code == unknown.status_code == 400
    told = [answer.get_json() for answer in (hidden, unknown)]
    assert [(each["status"], each["title"]) for each in told] == [(400, told[0]["title"])] * 2
    assert codes(hidden) == codes(unknown)
    assert "cost_price" not in told[0]["detail"].replace("“cost_price”", "").replace("{cost_price}", "")


def test_what_reads_a_hidden_field_is_hidden_too(shop: Shop) -> None:
    shop.caller("finance").get(RECORDS)
    record = shop.caller("clerk").order(amount="10.00")
    assert not {"cost_price", "internal_note", "margin"} & set(record)
    assert "margin" in shop.caller("finance").get(f"{RECORDS}/{record['order_no']}").get_json()


def test_rows_that_a_role_may_not_see_are_not_there(shop: Shop) -> None:
    hidden = shop.caller("clerk").order(channel="MP")["order_no"]
    packer = shop.caller("packer")
    assert packer.get(f"{RECORDS}/{hidden}").status_code == 404
    assert packer.get(RECORDS).get_json()["records"] == []
    assert packer.patch(f"{RECORDS}/{hidden}", {"remark": "x"}).status_code == 404


def test_a_table_that_is_not_there_and_one_that_is_not_granted_look_alike(shop: Shop) -> None:
    packer = shop.caller("packer")
    there, nowhere = packer.get("/tables/customers/records"), packer.get("/tables/costumers/records")
    assert there.status_code == nowhere.status_code == 404
    assert codes(there) == codes(nowhere)


def test_a_change_moves_the_version_and_the_history_tells_it(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order(remark='a')['order_no']}"
    changed = clerk.patch(path, {"remark": "b"}, If_Match='"1"')
    assert (changed.status_code, changed.headers["ETag"], changed.get_json()["remark"]) == (200, '"2"', "b")
    latest = clerk.get(f"{path}/history").get_json()["history"][0]
    assert (latest["field"], latest["from"], latest["to"], latest["by"]) == ("remark", "a", "b", "clerk")


def test_a_lost_race_is_412_only_for_the_fields_that_were_sent(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order(remark='a')['order_no']}"
    clerk.patch(path, {"remark": "b"})
    assert clerk.patch(path, {"remark": "c"}, If_Match='"1"').status_code == 412
    assert clerk.patch(path, {"labels": ["x"]}, If_Match='"1"').status_code == 200
    assert clerk.patch(path, {"remark": "c"}, If_Match="seven").status_code == 400


def test_who_loses_a_race_sees_how_the_record_stands(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order(remark='a')['order_no']}"
    clerk.patch(path, {"remark": "b"})
    for lost in (
        clerk.patch(path, {"remark": "c"}, If_Match='"1"'),
        clerk.call("DELETE", path, headers={"If-Match": '"1"'}),
    ):
        present = lost.get_json()["record"]
        assert (lost.status_code, lost.headers["ETag"], lost.mimetype) == (412, '"2"', "application/problem+json")
        assert (present["remark"], present["version"], "cost_price" in present) == ("b", 2, False)


def test_history_is_paged_and_hides_what_is_hidden(shop: Shop) -> None:
    finance, clerk = shop.caller("finance"), shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order()['order_no']}"
    for number in range(3):
        finance.patch(path, {"internal_note": f"secret {number}"})
    clerk.patch(path, {"remark": "seen"})
    first = clerk.get(f"{path}/history", limit="1").get_json()
    assert [turn["field"] for turn in first["history"]] == ["remark"]
    rest = clerk.get(f"{path}/history", cursor=first["next"]).get_json()
    assert ([turn["event"] for turn in rest["history"]], rest["next"]) == (["created"], None)


def test_the_trash_takes_and_gives_back(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order()['order_no']}"
    gone = clerk.call("DELETE", path)
    assert (gone.status_code, gone.data) == (204, b"")
    assert clerk.get(path).status_code == 404
    assert clerk.post(f"{path}/restore").status_code == 200
    assert clerk.get(path).status_code == 200
    assert clerk.call("DELETE", path, headers={"If-Match": '"1"'}).status_code == 412


def test_what_is_in_use_is_not_deleted(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    key = clerk.order()["order_no"]
    clerk.post("/tables/lines/records", {"line_no": "L1", "order": key})
    refused = clerk.call("DELETE", f"{RECORDS}/{key}")
    assert (refused.status_code, codes(refused)[0][1]) == (409, "in_use")


BAD_VALUES = [
    ({"channel": "XX"}, 422, "invalid"),
    ({"channel": None}, 422, "required"),
    ({"order_no": "TM1"}, 422, "read_only"),
    ({"status": "packed"}, 422, "read_only"),
    ({"nothing": 1}, 422, "invalid"),
    ({"cost_price": "1.00"}, 422, "invalid"),
    ({"customer": "nobody"}, 422, "not_found"),
    ({"photo": "01900000-0000-7000-8000-000000000000"}, 422, "not_found"),
    ({"amount": "-1"}, 422, "invalid"),
]


@pytest.mark.parametrize(("values", "status", "code"), BAD_VALUES)
def test_a_value_that_does_not_fit_is_refused_and_uses_up_no_number(
    shop: Shop, values: dict[str, object], status: int, code: str
) -> None:
    clerk = shop.caller("clerk")
    refused = clerk.post(RECORDS, ORDER | values)
    assert (refused.status_code, codes(refused)) == (status, [(next(iter(values)), code)])
    assert clerk.order()["order_no"] == "TM20260115-00001"


def test_a_batch_is_made_in_order_all_or_none(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    made = clerk.post(RECORDS, {"records": [ORDER | {"remark": str(number)} for number in range(3)]})
    assert made.status_code == 201
    assert [record["remark"] for record in made.get_json()["records"]] == ["0", "1", "2"]
    refused = clerk.post(RECORDS, {"records": [ORDER, {"channel": "XX"}]})
    assert (refused.status_code, refused.get_json()["errors"][0]["path"]) == (422, "records[1].channel")
    assert clerk.post(RECORDS, {"records": [ORDER, 7]}).status_code == 422
    assert clerk.post(RECORDS, {"records": [ORDER] * 1001}).status_code == 413
    assert clerk.get(RECORDS, count="1").get_json()["count"] == 3


def test_the_same_request_again_gets_the_first_answer_again(stored_shop: Shop) -> None:
    clerk = stored_shop.caller("clerk")
    first, again = (clerk.post(RECORDS, ORDER, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert clerk.get(RECORDS, count="1").get_json()["count"] == 1
    assert clerk.post(RECORDS, ORDER | {"remark": "x"}, Idempotency_Key="k1").status_code == 422
    assert clerk.post(RECORDS, ORDER, Idempotency_Key="").status_code == 400


def test_a_masked_field_shows_its_ends_and_cannot_be_asked(shop: Shop) -> None:
    shop.caller("admin").post("/tables/customers/records", {"customer_no": "C1", "phone": "13812345678"})
    clerk = shop.caller("clerk")
    assert clerk.get("/tables/customers/records/C1").get_json()["phone"] == "138****5678"
    assert clerk.get("/tables/customers/records", filter="{phone} = '13812345678'").status_code == 400


def test_a_body_that_says_it_is_compressed_is_not_read(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    refused = clerk.post(RECORDS, ORDER, Content_Encoding="gzip")
    assert (refused.status_code, codes(refused)) == (415, [(None, "body_type")])
    assert clerk.post(RECORDS, ORDER, Content_Encoding="identity").status_code == 201


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"records": None}, [("records", "invalid")]),
        ({"records": ORDER}, [("records", "invalid")]),
        ({"records": [ORDER], **ORDER}, [(name, "invalid") for name in ORDER]),
        ({"records": [ORDER, 7]}, [("records", "invalid")]),
    ],
)
def test_many_records_are_a_list_that_stands_alone(shop: Shop, body: dict[str, object], said: list[tuple[str, str]]) -> None:
    clerk = shop.caller("clerk")
    refused = clerk.post(RECORDS, body)
    assert (refused.status_code, codes(refused)) == (422, said)
    assert "没有字段" not in refused.text
    assert clerk.get(RECORDS).get_json()["records"] == []
