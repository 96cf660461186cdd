"""Signing in and out, cookies, tokens, and what an ended credential is worth."""

import pytest

from mailuo.records import SYSTEM
from tests.integration.http.conftest import ORDER, PASSWORD, Caller, Shop, codes

RECORDS = "/tables/orders/records"
CREDENTIALS = {"username": "li", "password": PASSWORD}


def test_signing_in_sets_a_cookie_that_no_script_reads(shop: Shop) -> None:
    shop.person("li", "clerk")
    cookie = shop.stranger().post("/session", CREDENTIALS).headers["Set-Cookie"]
    assert cookie.startswith("mailuo_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_over_https_the_cookie_stays_there(shop: Shop) -> None:
    shop.person("li", "clerk")
    signed_in = shop.stranger().call("POST", "/session", json=CREDENTIALS, base_url="https://localhost")
    assert "Secure" in signed_in.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in signed_in.headers


def test_a_program_gets_a_token_in_place_of_a_cookie(shop: Shop) -> None:
    shop.person("li", "clerk")
    opened = shop.stranger().call("POST", "/session", json=CREDENTIALS, query_string={"token": "1"})
    assert "Set-Cookie" not in opened.headers
    caller = Caller(shop.app.test_client(), {"Authorization": f"Bearer {opened.get_json()['token']}"})
    assert caller.get("/session").get_json()["name"] == "li"
    assert caller.call("DELETE", "/session").status_code == 204
    assert caller.get("/session").status_code == 401


def test_a_strangers_question_is_401_in_the_language_asked_for(shop: Shop) -> None:
    refused = [shop.stranger().call("GET", RECORDS, headers={"Accept-Language": each}) for each in ("en", "zh-CN")]
    assert [answer.status_code for answer in refused] == [401, 401]
    assert refused[0].get_json()["title"] == "Not signed in"
    assert refused[1].get_json()["title"] == "未登录"
    assert refused[0].headers["WWW-Authenticate"] == "Bearer"
    assert codes(refused[0]) == [(None, "not_signed_in")]


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic YTpi", "Bearer ", "nonsense"])
def test_a_wrong_authorization_is_nobody_even_beside_a_cookie(shop: Shop, header: str) -> None:
    person = shop.person("li", "clerk")
    assert person.call("GET", RECORDS, headers={"Authorization": header}).status_code == 401


def test_a_browsers_change_needs_the_pages_own_mark(shop: Shop) -> None:
    person = shop.person("li", "clerk")
    assert person.post(RECORDS, ORDER).status_code == 201
    for mark in ("", "nonsense", "Ж"):
        refused = person.call("POST", RECORDS, json=ORDER, headers={"X-CSRF-Token": mark.encode().decode("latin-1")})
        assert (refused.status_code, codes(refused)) == (403, [(None, "csrf_missing")])
    assert person.get(RECORDS, count="1").get_json()["count"] == 1


def test_a_planted_cookie_is_not_kept(shop: Shop) -> None:
    shop.person("li", "clerk")
    caller = shop.stranger()
    caller.client.set_cookie("mailuo_session", "planted")
    caller.post("/session", CREDENTIALS)
    kept = caller.client.get_cookie("mailuo_session")
    assert kept is not None
    assert kept.value != "planted"


def test_a_replayed_cookie_is_worth_nothing_after_signing_out(shop: Shop) -> None:
    person = shop.person("li", "clerk")
    kept = person.client.get_cookie("mailuo_session")
    assert kept is not None
    assert person.call("DELETE", "/session").status_code == 204
    person.client.set_cookie("mailuo_session", kept.value)
    assert person.get(RECORDS).status_code == 401


ENDS = {
    "disabled": lambda shop: shop.application.accounts.disable("li", by=SYSTEM),
    "other roles": lambda shop: shop.application.accounts.set_roles("li", ["packer"], by=SYSTEM),
    "password reset": lambda shop: shop.application.accounts.reset_password("li", by=SYSTEM),
}


@pytest.mark.parametrize("end", ENDS)
def test_every_credential_of_a_person_ends_with_the_next_request(stored_shop: Shop, end: str) -> None:
    browser = stored_shop.person("li", "clerk")
    opened = stored_shop.stranger().call("POST", "/session", json=CREDENTIALS, query_string={"token": "1"})
    program = Caller(stored_shop.app.test_client(), {"Authorization": f"Bearer {opened.get_json()['token']}"})
    assert [browser.get(RECORDS).status_code, program.get(RECORDS).status_code] == [200, 200]
    ENDS[end](stored_shop)
    assert [browser.get(RECORDS).status_code, program.get(RECORDS).status_code] == [401, 401]


def test_a_wrong_name_and_a_wrong_password_look_alike(shop: Shop) -> None:
    shop.person("li", "clerk")
    answers = [
        shop.stranger().post("/session", {"username": name, "password": "wrong wrong wrong"}) for name in ("li", "nobody")
    ]
    told = [answer.get_json() for answer in answers]
    for each in told:
        each.pop("trace")
    assert [answer.status_code for answer in answers] == [401, 401]
    assert told[0] == told[1]


def test_guessing_is_stopped_whatever_the_caller_varies(shop: Shop) -> None:
    shop.person("li", "clerk")
    statuses = []
    for number in range(30):
        name = ("li", "LI", " li ", "\uff4c\uff49")[number % 4]
        headers = {"X-Forwarded-For": f"10.0.0.{number}"}
        body = {"username": name, "password": f"guess number {number}"}
        answer = shop.stranger().call("POST", "/session", json=body, headers=headers)
        statuses.append(answer.status_code)
    assert set(statuses) == {401, 429}
    assert statuses[-1] == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_more_than_name_and_password_is_refused(shop: Shop) -> None:
    refused = shop.stranger().post("/session", CREDENTIALS | {"email": "1@x"})
    assert (refused.status_code, codes(refused)) == (400, [("email", "unknown_key")])


def test_a_name_may_only_be_one_of_this_system(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    assert clerk.call("GET", RECORDS, base_url="http://evil.example").status_code == 400
    assert clerk.call("GET", RECORDS, base_url="http://127.0.0.1:8000").status_code == 200
    assert clerk.call("GET", RECORDS, base_url="http://[::1]:8000").status_code == 200
    assert clerk.call("GET", "//healthz", base_url="http://10.0.0.7").status_code == 200
