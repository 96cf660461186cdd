"""The desks in a real browser: a dispute from its photo to the verdict, connectors and their switch, runs, what a phone keeps."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.conftest import PERSON_PASSWORD
from tests.web.test_deeds import PNG


def ago(**time: float) -> str:
    """A time so long ago, as the API takes it."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def packed(site: Any) -> str:
    """A standard order that waits for the carrier."""
    order: str = site.order(kind="standard")
    site.claim(order, "paid", "tmall", ago(hours=9))
    site.claim(order, "risk_passed", "automation", ago(hours=8, minutes=59))
    site.claim(order, "packed", "role:packer", ago(hours=8))
    return order


@pytest.fixture
def disputed(site: Any) -> str:
    """An order of which a shop says that it was picked up four hours before the carrier says so."""
    order = packed(site)
    site.claim(order, "picked_up", "tmall", ago(hours=7))
    site.claim(order, "picked_up", "kdniao", ago(hours=3))
    return order


def dispute_of(site: Any, order: str) -> Any:
    """The dispute about an order."""
    return site.call("GET", f"/disputes?record={order}")["disputes"][0]


def test_a_dispute_goes_from_the_photo_to_the_verdict_of_another_person(visitor: Any, site: Any, disputed: str) -> None:
    page, dispute = visitor.page, dispute_of(site, disputed)["id"]
    visitor.sign_in("he", PERSON_PASSWORD)
    visitor.go(f"/tables/orders/records/{disputed}")
    page.click("#tall .claims-card a.button")
    page.wait_for_url(f"**/disputes/{dispute}")
    expect(page.locator(".axis-names li")).to_have_count(2)
    visitor.answers = (422,)
    page.click("[data-prove] [type=submit]")
    expect(page.locator("[data-prove] [data-problem-for=file]")).to_be_visible()
    page.set_input_files("#proof-photo", {"name": "waybill.png", "mimeType": "image/png", "buffer": PNG})
    page.click("[data-prove] [type=submit]")
    expect(page.locator(".toast")).to_contain_text("取证已提交")
    visitor.go(f"/disputes/{dispute}")
    expect(page.locator(".reviewer .note").last).to_contain_text("另一个人")
    expect(page.locator("[data-review]")).to_have_count(0)
    visitor.check_access()

    visitor.sign_in("yan", PERSON_PASSWORD)
    visitor.go(f"/disputes/{dispute}")
    expect(page.locator(".verdict-changes")).to_contain_text("快递揽收")
    expect(page.locator(".reviewer .note").first).to_contain_text("不改")
    visitor.check_access()
    page.click("[data-review=accept]")
    expect(page.locator(".toast")).to_contain_text("已裁定")
    nodes = {node["id"]: node for node in site.call("GET", f"/tables/orders/records/{disputed}/timeline")["nodes"]}
    assert (nodes["picked_up"]["state"], nodes["picked_up"]["source"]) == ("reached", "verdict")
    visitor.go(f"/disputes/{dispute}")
    expect(page.locator(".proposal")).to_contain_text("yan")


def test_many_are_handed_over_at_once_and_each_answers_for_itself(visitor: Any, site: Any, disputed: str) -> None:
    page, other = visitor.page, packed(site)
    site.claim(other, "picked_up", "tmall", ago(hours=7))
    site.claim(other, "picked_up", "kdniao", ago(hours=2))
    visitor.sign_in("he", PERSON_PASSWORD)
    visitor.go("/disputes/many/evidence")
    for order in (disputed, other):
        page.check(f"tr[data-record='{order}'] [data-pick-one]")
    page.set_input_files(f"tr[data-record='{disputed}'] input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    visitor.check_access()
    page.click("[data-many=evidence]")
    expect(page.locator(f"tr[data-record='{disputed}']")).to_have_class("done")
    expect(page.locator(f"tr[data-record='{other}'] [data-form-problem]")).to_be_visible()
    assert dispute_of(site, disputed)["state"] == "evidence"
    assert dispute_of(site, other)["state"] == "open"


def test_a_phone_keeps_what_a_disputed_node_refused_and_sends_it_again(phone: Any, site: Any) -> None:
    page, order = phone.page, packed(site)
    phone.sign_in()
    phone.go(f"/tables/orders/records/{order}")
    form = page.locator("[data-confirm-form=picked_up]")
    page.evaluate("document.querySelector('[data-confirm-form=picked_up]').dataset.touched = ''")
    site.claim(order, "picked_up", "tmall", ago(hours=7))
    site.claim(order, "picked_up", "kdniao", ago(hours=3))
    phone.answers = (409,)
    form.locator("[type=submit]").click()
    expect(page.locator("[data-pending]")).to_contain_text("快递揽收")
    phone.go(f"/tables/orders/records/{order}")
    expect(page.locator("[data-pending] [data-kept-send]")).to_be_visible()
    phone.check_access()
    site.call("POST", f"/tables/orders/records/{order}/claims", {"retract": tmall_claim(site, order), "note": "发错了"})
    page.click("[data-kept-send]")
    expect(page.locator("[data-pending]")).to_have_count(0)


def tmall_claim(site: Any, order: str) -> str:
    """The shop's word about the pick-up."""
    nodes = site.call("GET", f"/tables/orders/records/{order}/timeline")["nodes"]
    claims = next(node["claims"] for node in nodes if node["id"] == "picked_up")
    return str(next(claim["id"] for claim in claims if claim["source"] == "tmall"))


def test_connectors_say_what_they_lack_and_outgoing_is_held_and_let_go(visitor: Any) -> None:
    page = visitor.page
    visitor.sign_in()
    visitor.go("/connectors?connector=kdniao")
    row = page.locator("tr[data-connector=kdniao]")
    expect(row).to_have_attribute("data-state", "missing")
    expect(page.locator(".lacks code").first).to_have_text("KDNIAO_ID")
    visitor.check_access()
    page.click(".topbar [data-hold]")
    page.click("#sheet [type=submit]")
    banner = page.locator("[data-held-scope]")
    expect(banner).to_contain_text("已暂停")
    visitor.check_access()
    banner.locator(".main").click()
    page.click("#sheet [type=submit]")
    expect(banner).to_have_count(0)


def test_runs_are_read_step_by_step_and_tried_without_effect(visitor: Any, site: Any) -> None:
    page, order = visitor.page, site.order(kind="standard")
    site.claim(order, "paid", "tmall", ago(minutes=5))
    visitor.sign_in()
    visitor.go("/runs?automation=risk_check")
    page.click(f"[data-run][data-record='{order}'] .run-open")
    expect(page.locator(".run-view .run-steps > li").first).to_be_visible()
    visitor.check_access()
    page.click("[data-try]")
    page.click("#sheet [type=submit]")
    expect(page.locator("#sheet .trial-said")).to_contain_text("什么都没有改")
    visitor.check_access()


def test_a_button_of_a_rule_begins_a_run(visitor: Any, site: Any, disputed: str) -> None:
    page = visitor.page
    visitor.sign_in()
    visitor.go(f"/tables/orders/records/{disputed}")
    page.click("[data-press=split_custom_order]")
    page.click("#sheet [type=submit]")
    expect(page.locator("#sheet .problem, .toast").filter(visible=True).first).to_be_visible()
    runs = site.call("GET", "/runs?automation=split_custom_order")["runs"]
    assert any(run["trigger"] == "pressed" and run["record"] == disputed for run in runs)


def test_the_palette_knows_the_pages(visitor: Any) -> None:
    page = visitor.page
    visitor.sign_in()
    page.keyboard.press("Control+k")
    page.fill("#palette input", "仲裁")
    page.locator("#palette-list > li").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/disputes")
    expect(page.locator(".nav [aria-current=page]")).to_contain_text("仲裁")
    visitor.check_access()


@pytest.mark.parametrize("path", ["/disputes", "/connectors", "/runs", "/disputes/many/review"])
def test_desks_fit_a_phone_in_the_dark_and_in_english(phone: Any, disputed: str, path: str) -> None:
    phone.sign_in()
    here = {"url": phone.site.url}
    phone.page.context.add_cookies([{"name": "mailuo_lang", "value": "en", **here}, {"name": "mailuo_theme", "value": "dark", **here}])
    phone.go(path)
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    phone.check_access()


@pytest.mark.parametrize("path", ["/", "/tables/orders/records/{order}", "/disputes", "/connectors", "/runs"])
def test_pages_fit_a_small_window(visitor: Any, disputed: str, path: str) -> None:
    visitor.sign_in()
    visitor.page.set_viewport_size({"width": 1024, "height": 700})
    visitor.go(path.format(order=disputed))
    expect(visitor.page.locator(".sidebar")).to_be_visible()
    visitor.check_access()


def test_a_record_that_is_walked_to_fits_a_small_window(visitor: Any, disputed: str) -> None:
    visitor.sign_in()
    visitor.page.set_viewport_size({"width": 1024, "height": 700})
    visitor.go("/tables/orders")
    visitor.go(f"/tables/orders/records/{disputed}")
    expect(visitor.page.locator("[data-walk]")).to_be_visible()
    visitor.check_access()


def test_the_standard_source_is_marked_among_the_words_of_a_dispute(visitor: Any, disputed: str) -> None:
    visitor.sign_in()
    visitor.go(f"/tables/orders/records/{disputed}")
    words = visitor.page.locator(".claims tr")
    assert words.locator(".golden").all_text_contents() == ["快递鸟 · 标准"]
    expect(visitor.page.locator(".claims-card p")).to_contain_text("相差超过 2小时")
    expect(visitor.page.locator(".claims-card p")).not_to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))


def test_a_list_says_how_long_a_record_is_disputed(visitor: Any, disputed: str) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders/views/disputed")
    row = visitor.page.locator(f"tr[data-record='{disputed}']")
    expect(row).to_contain_text(re.compile("争议 (不到)?[0-9]+分"))


def test_an_alert_says_who_got_it_by_which_way_and_whom_nothing_reaches(visitor: Any, site: Any) -> None:
    page, order = visitor.page, site.order()
    site.claim(order, "paid", "tmall", ago(hours=4))
    site.claim(order, "risk_passed", "automation", ago(hours=3))
    visitor.sign_in()
    for path, row in (("/alerts", f"#alert-list tr[data-record='{order}']"), (f"/tables/orders/records/{order}", "#banners .banner")):
        visitor.go(path)
        told = page.locator(f"{row} .told-who").first
        told.locator("summary").click()
        expect(told.locator(".told-list > li").first).to_contain_text("企微")
        expect(told.locator(".told-list .red").first).to_contain_text("送不到")
        expect(told.locator(".told-list .why").first).to_contain_text("没有人担任这个角色")
        visitor.check_access()
