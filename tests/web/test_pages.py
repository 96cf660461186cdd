"""The pages, by doing what their users do, in a real browser on a really running server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Route, expect

from tests.web.test_stream import open_quietly

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def ago(**time: float) -> str:
    """A time so long ago, as the API takes it."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


@pytest.fixture(scope="module")
def custom_order(site: Any) -> str:
    """An order that has waited for its parameters for three hours."""
    order: str = site.order()
    site.claim(order, "paid", "tmall", ago(hours=4))
    site.claim(order, "risk_passed", "automation", ago(hours=3))
    return order


def test_a_wrong_password_is_refused_without_saying_what_was_wrong(visitor: Any) -> None:
    page = visitor.page
    visitor.go("/signin")
    page.fill("#username", "nobody")
    page.fill("#password", "wrong-password")
    page.click("button[type=submit]")
    expect(page.locator("[role=alert]")).to_have_text("用户名或密码不对")
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("#password")).to_have_accessible_description("用户名或密码不对")
    assert (page.input_value("#username"), page.input_value("#password")) == ("nobody", "")
    assert page.url.endswith("/signin")
    visitor.check_access()


def test_a_page_leads_strangers_to_signing_in_and_back(visitor: Any) -> None:
    page = visitor.page
    visitor.go("/alerts")
    assert "/signin?next=" in page.url
    page.fill("#username", "admin")
    page.fill("#password", "admin-of-the-web-tests")
    page.click("button[type=submit]")
    page.wait_for_url("**/alerts")


def test_home_shows_the_river_of_all_nodes(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    river = visitor.page.locator("[data-part=river] svg[data-lifeline]")
    expect(river.locator("[data-node]")).to_have_count(17)
    assert int(river.locator("[data-node=params_confirmed] .ll-figure").get_attribute("data-count")) >= 1
    visitor.check_access()


def test_a_node_of_the_river_opens_its_records(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    visitor.page.locator("svg [data-node=params_confirmed]").click()
    expect(visitor.page.locator(f"tr[data-record='{custom_order}']")).to_be_visible()


def test_an_alert_stands_on_the_wall_that_is_open_without_its_asking(visitor: Any, site: Any) -> None:
    visitor.sign_in()
    open_quietly(visitor, "/")
    order = site.order()
    site.claim(order, "paid", "tmall", ago(hours=9))
    site.claim(order, "risk_passed", "automation", ago(hours=8))
    expect(visitor.page.locator(f"[data-level=red] [data-record='{order}']")).to_be_visible()


def test_formula_and_chips_are_the_same_filter(visitor: Any, site: Any, custom_order: str) -> None:
    other = site.order(kind="standard", channel="MP")
    visitor.sign_in()
    visitor.go("/tables/orders")
    page = visitor.page
    page.fill("input[name=filter]", 'AND({kind} = "custom", {channel} = "TM")')
    page.press("input[name=filter]", "Enter")
    expect(page.locator(".condition")).to_have_count(2)
    expect(page.locator(f"tr[data-record='{custom_order}']")).to_be_visible()
    expect(page.locator(f"tr[data-record='{other}']")).to_have_count(0)
    page.locator(".condition a").first.click()
    expect(page.locator(".condition")).to_have_count(1)
    assert page.input_value(".formula input[name=filter]") == '{channel} = "TM"'
    visitor.check_access()


def test_every_view_says_how_many_it_has_and_the_foot_what_they_come_to(visitor: Any, site: Any) -> None:
    asked = "%7Bcity%7D%20%3D%20%22%E5%90%88%E8%AE%A1%E5%B8%82%22"
    for amount in ("1200.50", "30.00"):
        late = site.order(kind="custom", city="合计市", amount=amount)
    site.claim(late, "paid", "tmall", ago(hours=9))
    site.claim(late, "risk_passed", "automation", ago(hours=8))
    visitor.sign_in()
    page = visitor.page
    expect(page.locator("[data-level=red] [data-record='" + late + "']")).to_be_visible()
    visitor.go(f"/tables/orders?filter={asked}")
    expect(page.locator(".tabs nav a")).to_have_count(12)
    expect(page.locator(".tabs nav .count")).to_have_count(12)
    expect(page.locator(".tabs [aria-current] .count")).to_have_text("2")
    told = [" ".join(each.split()) for each in page.locator(".grid-foot .totals > div").all_inner_texts()]
    assert told == ["订单金额合计 ¥1,230.50", "超时 1"]
    counted = site.call("GET", "/tables/orders/records?filter=NOT(%7Bclosed%7D)&count=true")["count"]
    expect(page.locator(".nav [aria-current] [aria-hidden]").last).to_have_text(f"{counted:,}")


def test_tabs_make_room_for_what_is_not_saved_and_the_open_one_is_in_sight(visitor: Any, phone: Any) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders/views/promised_soon?filter=TRUE")
    nav, right = (visitor.page.locator(f".tabs > {each}").bounding_box() for each in ("nav", ".right"))
    assert nav["x"] + nav["width"] <= right["x"]
    phone.sign_in()
    for view in ("by_node", "promises", "mine"):
        phone.go(f"/tables/orders/views/{view}")
        expect(phone.page.locator(".tabs [aria-current=page]")).to_be_in_viewport(ratio=1)
        phone.check_access()


def test_a_condition_can_be_clicked_together(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders")
    page = visitor.page
    page.locator("summary", has_text="条件").click()
    page.select_option("#add-field", "channel")
    page.select_option("select#add-text", "MP")
    page.click("text=加上这个条件")
    expect(page.locator(".condition b")).to_have_text("小程序")


def test_a_wrong_formula_says_what_is_wrong_and_keeps_what_was_typed(visitor: Any) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders?filter=%7Bchannle%7D%20%3D%20%22TM%22")
    expect(visitor.page.locator("#filter-problem")).to_contain_text("channel")
    assert visitor.page.input_value(".formula input[name=filter]") == '{channle} = "TM"'


def test_an_empty_list_says_what_to_do(visitor: Any) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders?filter=%7Bremark%7D%20%3D%20%22nothing%20like%20it%22")
    expect(visitor.page.locator(".empty")).to_contain_text("放宽条件")
    visitor.check_access()


def test_a_cell_is_edited_in_place(visitor: Any, custom_order: str, site: Any) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders?columns=remark&columns=amount")
    page = visitor.page
    cell = page.locator(f"tr[data-record='{custom_order}'] td[data-field=remark]")
    cell.dblclick()
    page.keyboard.type("电梯房")
    page.keyboard.press("Enter")
    expect(page.locator(f"tr[data-record='{custom_order}'] td[data-field=remark] span")).to_have_text("电梯房")
    assert site.call("GET", f"/tables/orders/records/{custom_order}")["remark"] == "电梯房"


def test_escape_leaves_a_cell_as_it_was(visitor: Any, custom_order: str, site: Any) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders?columns=amount")
    page = visitor.page
    page.locator(f"tr[data-record='{custom_order}'] td[data-field=amount]").dblclick()
    page.keyboard.type("1")
    page.keyboard.press("Escape")
    assert site.call("GET", f"/tables/orders/records/{custom_order}")["amount"] == "8800.00"


def test_the_grid_is_walked_by_keys_alone(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders")
    page = visitor.page
    page.locator("td[tabindex='0']").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-field=lifeline]:focus")).to_have_count(1)
    page.keyboard.press("Space")
    expect(page.locator("[data-bar]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".node-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".node-card")).to_have_count(0)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/**")


def test_one_walks_from_record_to_record_in_the_order_of_the_list(visitor: Any, site: Any) -> None:
    orders = [site.order(channel="DY", ordered_at=f"2026-01-0{day}T09:00:00+08:00") for day in (1, 2)]
    visitor.sign_in()
    visitor.go("/tables/orders?filter=%7Bordered_at%7D%20%3C%20%222026-01-05%22&sort=ordered_at")
    page = visitor.page
    page.locator(f"tr[data-record='{orders[0]}'] a[data-open]").click()
    expect(page.locator("[data-walk]")).to_contain_text("第 1 / 2 条")
    visitor.check_access()
    page.locator("[data-walk] a").last.click()
    page.wait_for_url(f"**/records/{orders[1]}")
    page.locator(".crumb").click()
    expect(page.locator("tr[data-record]")).to_have_count(2)


def test_a_node_is_confirmed_with_the_file_that_it_needs(visitor: Any, site: Any, tmp_path: Path) -> None:
    order = site.order()
    site.claim(order, "paid", "tmall", ago(minutes=30))
    site.claim(order, "risk_passed", "automation", ago(minutes=20))
    visitor.sign_in("shen", "person-of-the-web-tests")
    visitor.answers = (422,)
    visitor.go(f"/tables/orders/records/{order}")
    page = visitor.page
    page.click("[data-confirm=params_confirmed]")
    expect(page.locator("[data-confirm-problem]")).to_be_visible()
    contract = tmp_path / "确认单.pdf"
    contract.write_bytes(PDF)
    page.set_input_files("input[data-field=contract]", contract)
    page.click("[data-confirm=params_confirmed]")
    expect(page.locator("#tall [data-node=params_confirmed]")).to_have_attribute("data-state", "reached")
    expect(page.locator("#tall [data-node=production_started]")).to_have_attribute("data-state", "due")


def test_many_orders_are_confirmed_together(visitor: Any, site: Any) -> None:
    orders = [site.order(kind="standard") for _ in range(2)]
    for order in orders:
        site.claim(order, "paid", "tmall", ago(minutes=30))
        site.claim(order, "risk_passed", "automation", ago(minutes=20))
    visitor.sign_in()
    visitor.go("/tables/orders?filter=STATE(%7Bpacked%7D)%20%3D%20%22due%22")
    page = visitor.page
    for order in orders:
        page.check(f"tr[data-record='{order}'] [data-pick]")
    page.click("[data-bar] [data-confirm=packed]")
    expect(page.locator(".toast")).to_contain_text("2")
    timeline = site.call("GET", f"/tables/orders/records/{orders[0]}/timeline")
    assert next(node["state"] for node in timeline["nodes"] if node["id"] == "packed") == "reached"


def test_a_record_is_changed_in_its_form_and_the_history_says_so(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    visitor.go(f"/tables/orders/records/{custom_order}")
    page = visitor.page
    page.fill("[data-field=city]", "苏州")
    page.click("[data-form-bar] [type=submit]")
    expect(page.locator(".changes ins").first).to_have_text("苏州")
    visitor.check_access()


def test_a_wrong_value_is_told_beside_its_field_and_nothing_is_lost(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    visitor.answers = (422,)
    visitor.go(f"/tables/orders/records/{custom_order}")
    page = visitor.page
    page.fill("[data-field=amount]", "many")
    page.click("[data-form-bar] [type=submit]")
    expect(page.locator("[data-problem-for=amount]")).to_be_visible()
    assert page.input_value("[data-field=amount]") == "many"
    page.click("[data-form-bar] [type=reset]")


@pytest.mark.parametrize("field", ["amount", "ordered_at"])
def test_on_a_phone_the_reason_beside_a_wrong_value_is_in_sight_under_nothing(phone: Any, custom_order: str, field: str) -> None:
    phone.sign_in()
    phone.answers = (422,)
    phone.go(f"/tables/orders/records/{custom_order}")
    page = phone.page
    page.locator(f"[data-field={field}]").evaluate("(input) => { input.type = 'text'; }")
    page.fill(f"[data-field={field}]", "many")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.click("[data-form-bar] [type=submit]")
    reason = page.locator(f"[data-problem-for={field}]")
    expect(reason).to_be_in_viewport(ratio=1)
    seen = "(place) => { const r = place.getBoundingClientRect(); return place.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); }"
    assert reason.evaluate(seen)
    phone.check_access()


def test_a_new_record_is_made_in_the_generated_form(visitor: Any) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders")
    page = visitor.page
    page.click("text=新建")
    page.select_option("[data-field=channel]", "DY")
    page.fill("[data-field=ordered_at]", "2026-01-16T10:00")
    page.click("text=新建 >> nth=-1")
    page.wait_for_url("**/records/**")
    expect(page.locator("h1")).to_contain_text("DY20260116-")


def test_a_record_whose_answer_is_lost_on_the_way_is_not_made_twice(visitor: Any, site: Any) -> None:
    visitor.sign_in()
    visitor.answers = (503,)
    visitor.go("/tables/orders/new")
    page, lost = visitor.page, []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        route.fulfill(status=503, json={"detail": "nobody knows"})

    page.route("**/tables/orders/records", lose)
    page.select_option("[data-field=channel]", "DY")
    page.fill("[data-field=ordered_at]", "2026-03-16T10:00")
    page.click("text=新建 >> nth=-1")
    expect(page.locator("[data-form-problem]")).to_be_visible()
    page.unroute("**/tables/orders/records")
    page.click("text=新建 >> nth=-1")
    page.wait_for_url("**/records/**")
    asked = quote("STARTSWITH({order_no}, 'DY20260316')")
    made = site.call("GET", f"/tables/orders/records?filter={asked}")
    assert (lost, [each["order_no"] for each in made["records"]]) == ([201], ["DY20260316-00001"])


def test_an_alert_is_acknowledged_with_a_note(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    visitor.go("/alerts?level=red")
    page = visitor.page
    row = page.locator(f"tr[data-record='{custom_order}'][data-rule=params_overdue]")
    expect(row).to_be_visible()
    row.locator("[data-acknowledge]").click()
    page.fill("dialog [data-field=note]", "客户出差，周一补签")
    page.click("dialog [type=submit]")
    expect(row).to_have_count(0)
    visitor.go("/alerts?state=acknowledged")
    expect(page.locator(f"tr[data-record='{custom_order}']")).to_contain_text("客户出差，周一补签")
    visitor.check_access()


def test_the_palette_finds_an_order_by_its_number(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    page = visitor.page
    page.keyboard.press("Control+k")
    page.keyboard.type(custom_order)
    expect(page.locator("#palette-list [role=option]").first).to_contain_text(custom_order)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/records/{custom_order}")


def test_english_is_one_click_away_and_stays(visitor: Any, custom_order: str) -> None:
    visitor.sign_in()
    page = visitor.page
    page.click(".sidebar details.me summary")
    page.click(".sidebar [data-lang=en]")
    expect(page.locator("h1")).to_have_text("Today")
    visitor.go(f"/tables/orders/records/{custom_order}")
    expect(page.locator(".changes h2")).to_contain_text("Recent changes")
    visitor.check_access()


@pytest.mark.parametrize(
    "path", ["/", "/alerts", "/tables/orders", "/tables/orders/views/by_node", "/styleguide", "/account"]
)
def test_every_page_is_accessible_in_the_dark(visitor: Any, custom_order: str, path: str) -> None:
    visitor.page.context.add_cookies([{"name": "mailuo_theme", "value": "dark", "url": visitor.site.url}])
    visitor.sign_in()
    visitor.go(path)
    assert visitor.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(15, 19, 20)"
    visitor.check_access()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/alerts",
        "/tables/orders",
        "/tables/orders/views/by_node",
        "/tables/orders/records/{order}",
        "/tables/orders/new",
        "/styleguide",
        "/account",
    ],
)
def test_every_page_fits_a_phone(phone: Any, custom_order: str, path: str) -> None:
    phone.sign_in()
    phone.go(path.format(order=custom_order))
    expect(phone.page.locator(".tabbar")).to_be_visible()
    phone.check_access()


def test_an_unknown_page_says_so_and_leads_home(visitor: Any) -> None:
    visitor.sign_in()
    visitor.answers = (404,)
    visitor.go("/tables/nothing")
    expect(visitor.page.locator("h1")).to_have_text("没有找到这一页")
    assert visitor.page.locator(".notice .row a").all_text_contents() == ["回到今日"]


def test_signing_out_ends_the_session(visitor: Any) -> None:
    visitor.sign_in()
    page = visitor.page
    page.click(".sidebar details.me summary")
    page.click(".sidebar [data-sign-out]")
    page.wait_for_url("**/signin")
    visitor.go("/")
    assert "/signin" in page.url
