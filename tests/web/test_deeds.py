"""What people do and take back: words, exits, views, cards, passwords; in a real browser."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

BOARD = "/tables/orders/views/by_node"
WIDE: ViewportSize = {"width": 5000, "height": 900}
"""A window in which a board stands as a whole: nothing scrolls under a card that is on its way."""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff89993d1d"
    "0000000049454e44ae426082"
)


def ago(**time: float) -> str:
    """A time so long ago, as the API takes it."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


@pytest.fixture
def packing(site: Any) -> str:
    """A standard order that waits to be packed, the first of its column: each new one is promised before the others."""
    promised = datetime(2040, 1, 1, tzinfo=UTC) - (datetime.now(UTC) - datetime(2020, 1, 1, tzinfo=UTC))
    order: str = site.order(kind="standard", promised_at=promised.isoformat())
    site.claim(order, "paid", "tmall", ago(minutes=30))
    site.claim(order, "risk_passed", "automation", ago(minutes=20))
    return order


def state(site: Any, order: str, node: str) -> str:
    """How a node of an order stands."""
    nodes = site.call("GET", f"/tables/orders/records/{order}/timeline")["nodes"]
    return str(next(one["state"] for one in nodes if one["id"] == node))


def test_what_was_confirmed_together_is_undone_with_one_click(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders?filter=STATE(%7Bpacked%7D)%20%3D%20%22due%22")
    page = visitor.page
    page.check(f"tr[data-record='{packing}'] [data-pick]")
    page.click("[data-bar] [data-confirm=packed]")
    page.locator(".toast button").click()
    expect(page.locator(".toast")).to_contain_text("已撤销")
    assert state(site, packing, "packed") == "due"


def test_a_confirmed_node_is_undone_by_keys_alone(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go(f"/tables/orders/records/{packing}")
    page = visitor.page
    page.locator("#tall textarea").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#tall [data-confirm=packed]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("已撤销")
    expect(page.locator("#main")).to_be_focused()
    assert state(site, packing, "packed") == "due"


def test_a_word_is_taken_back_and_stays_to_be_read(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go(f"/tables/orders/records/{packing}")
    page = visitor.page
    page.click("#tall [data-confirm=packed]")
    node = page.locator("#tall [data-node=packed]")
    expect(node).to_have_attribute("data-state", "reached")
    node.locator("[data-said]").click()
    node.locator("[data-retract]").click()
    page.fill("dialog [data-field=note]", "扫错单了")
    page.click("dialog [type=submit]")
    expect(node).to_have_attribute("data-state", "due")
    expect(node.locator(".claims-said .over")).to_contain_text("已撤回")
    assert state(site, packing, "packed") == "due"


def test_a_record_leaves_by_an_exit_and_comes_back(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go(f"/tables/orders/records/{packing}")
    page = visitor.page
    page.click(".topbar .more summary")
    page.click("[data-exit=cancelled]")
    page.click("dialog [type=submit]")
    left = page.locator("#tall [data-node=cancelled]")
    expect(left).to_be_visible()
    expect(page.locator("#tall [data-confirm]")).to_have_count(0)
    visitor.check_access()
    left.locator("[data-said]").click()
    left.locator("[data-retract]").click()
    page.click("dialog [type=submit]")
    expect(page.locator("#tall [data-node=packed]")).to_have_attribute("data-state", "due")


def test_a_view_is_saved_used_and_dropped(visitor: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders?filter=%7Bkind%7D%20%3D%20%22standard%22&sort=-amount")
    page = visitor.page
    page.click(".tabs .save summary")
    page.fill("#view-title", "标准品")
    page.click(".tabs .save [type=submit]")
    expect(page.locator(".tabs [aria-current=page]")).to_contain_text("标准品")
    assert page.input_value(".formula input[name=filter]") == '{kind} = "standard"'
    visitor.check_access()
    page.click(".tabs form[action$=drop] button")
    expect(page.locator(".tabs nav a", has_text="标准品")).to_have_count(0)


def test_a_card_is_dragged_to_the_node_that_it_waits_for(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go("/tables/orders/views/by_node")
    page = visitor.page
    page.set_viewport_size(WIDE)
    page.drag_and_drop(f".board-card[data-record='{packing}']", "[data-column=packed] header")
    expect(page.locator(f"[data-column=packed] [data-record='{packing}']")).to_be_visible()
    assert state(site, packing, "packed") == "reached"


def test_a_move_that_the_flow_forbids_says_why_beside_the_card(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.answers = (403, 409, 422)
    visitor.go("/tables/orders/views/by_node")
    page = visitor.page
    page.set_viewport_size(WIDE)
    card = page.locator(f".board-card[data-record='{packing}']")
    page.drag_and_drop(f".board-card[data-record='{packing}']", "[data-column=production_started] header")
    expect(card.locator("[role=alert]")).to_be_visible()
    expect(page.locator(f"[data-column=risk_passed] [data-record='{packing}']")).to_be_visible()


def test_a_card_that_is_carried_to_the_edge_scrolls_the_board_to_columns_out_of_sight(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go(BOARD)
    page = visitor.page
    card, goal = page.locator(f".board-card[data-record='{packing}']"), page.locator("[data-column=packed]")
    page.set_viewport_size({"width": 700, "height": 900})
    card.scroll_into_view_if_needed()
    expect(goal).not_to_be_in_viewport()
    card.hover(position={"x": 120, "y": 6})
    page.mouse.down()
    page.mouse.move(600, 300, steps=4)
    page.mouse.move(692, 300, steps=4)
    _wait_in_sight(page, "packed", lambda: page.mouse.move(692, 300))
    box = goal.locator("header").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(goal.locator(f"[data-record='{packing}']")).to_be_attached()
    assert state(site, packing, "packed") == "reached"


def test_a_finger_that_rests_on_a_card_carries_it_and_one_that_moves_scrolls(phone: Any, site: Any, packing: str) -> None:
    phone.sign_in()
    phone.go(BOARD)
    page = phone.page
    card, goal = page.locator(f".board-card[data-record='{packing}']"), page.locator("[data-column=packed]")
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    x, y = box["x"] + 60, box["y"] + 40
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    touch("touchMove", {"x": x, "y": y - 40})
    touch("touchEnd")
    expect(page.locator(".lifted")).to_have_count(0)
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    x, y = box["x"] + 60, box["y"] + 40
    touch("touchStart", {"x": x, "y": y})
    expect(page.locator(".board-card.carried")).to_be_visible()
    touch("touchMove", {"x": 382, "y": y})
    _wait_in_sight(page, "packed", lambda: touch("touchMove", {"x": 382, "y": y}))
    box = goal.locator("header").bounding_box()
    touch("touchMove", {"x": box["x"] + 30, "y": box["y"] + 12})
    touch("touchEnd")
    expect(goal.locator(f"[data-record='{packing}']")).to_be_attached()
    assert state(site, packing, "packed") == "reached"


def _wait_in_sight(page: Any, column: str, still: Any) -> None:
    """Holds the card where it is until the board has come to a column."""
    for _ in range(400):
        box = page.locator(f"[data-column={column}] header").bounding_box()
        if 0 <= box["x"] <= page.viewport_size["width"] - 160:
            return
        still()
        page.wait_for_timeout(25)
    pytest.fail("the board did not come to the column")


def test_what_takes_long_shows_that_it_is_under_way_until_its_end(visitor: Any, site: Any, packing: str) -> None:
    visitor.sign_in()
    visitor.go(BOARD)
    page = visitor.page
    bar = page.locator(".working.on")
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/claims", hold)
    page.locator(f".board-card[data-record='{packing}'] [data-card-confirm=packed]").click()
    expect(bar).to_have_text("正在处理…")
    held[0].continue_()
    expect(page.locator(f"[data-column=packed] [data-record='{packing}']")).to_be_visible()
    expect(bar).to_have_count(0)
    page.route("**/alerts", hold)
    page.evaluate("new MutationObserver(() => sessionStorage.shown = document.querySelector('.working').textContent).observe(document.querySelector('.working'), {childList: true})")
    page.locator(".nav a[href='/alerts']").click(no_wait_after=True)
    page.wait_for_timeout(3_000)  # a page that is being left answers nothing until the next one is there
    held[1].continue_()
    page.wait_for_url("**/alerts")
    assert page.evaluate("sessionStorage.shown") == "正在处理…"
    expect(bar).to_have_count(0)


def test_a_card_is_moved_by_its_menu_with_the_keyboard_alone_and_moved_back(visitor: Any, site: Any) -> None:
    ticket = site.call("POST", "/tables/tickets/records", {"type": "other", "note": "搬一搬"})
    visitor.sign_in()
    visitor.go("/tables/tickets/views/by_state")
    page = visitor.page
    card = page.locator(f".board-card[data-record='{ticket['ticket_no']}']")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    visitor.check_access()
    other = card.locator(".menu button").first
    column = other.get_attribute("data-card-confirm")
    page.keyboard.press("Tab")
    expect(other).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-column={column}] [data-record='{ticket['ticket_no']}']")).to_be_visible()
    page.click(".toast button")
    expect(page.locator(f"[data-column='{ticket['state'] or ''}'] [data-record='{ticket['ticket_no']}']")).to_be_visible()
    site.call("DELETE", f"/tables/tickets/records/{ticket['ticket_no']}")


def test_a_photo_and_a_drawn_signature_prove_an_installation(visitor: Any, site: Any, tmp_path: Path) -> None:
    order = site.order(kind="standard", needs_install=True)
    visitor.sign_in()
    reached = [("paid", "tmall"), ("risk_passed", "automation"), ("packed", "role:packer"), ("signed", "kdniao")]
    for hours, (node, source) in enumerate(reversed(reached), start=2):
        site.claim(order, node, source, ago(hours=hours))
    visitor.go(f"/tables/orders/records/{order}")
    page = visitor.page
    page.click("#tall [data-confirm=install_booked]")
    installed = page.locator("#tall [data-node=installed]")
    expect(installed).to_have_attribute("data-state", "due")
    photo = tmp_path / "签收单.png"
    photo.write_bytes(PNG)
    installed.locator("input[data-field=photo]").set_input_files(photo)
    pad = installed.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 50, steps=4)
    page.mouse.up()
    installed.locator("[data-confirm]").click()
    expect(installed).to_have_attribute("data-state", "reached")
    expect(installed.locator(".proof img")).to_have_count(2)


def test_a_record_in_the_trash_comes_back_with_one_click(visitor: Any, site: Any) -> None:
    order = site.order()
    visitor.sign_in()
    visitor.go(f"/tables/orders/records/{order}")
    page = visitor.page
    page.click(".topbar .more summary")
    page.click("[data-delete]")
    page.click("dialog [type=submit]")
    page.wait_for_url("**/tables/orders")
    expect(page.locator(f"tr[data-record='{order}']")).to_have_count(0)
    page.locator(".toast button").click()
    expect(page.locator(f"tr[data-record='{order}']")).to_be_visible()


def test_a_password_is_changed_and_the_person_stays_signed_in(visitor: Any) -> None:
    visitor.sign_in("zhou", "person-of-the-web-tests")
    visitor.go("/account")
    page = visitor.page
    for name, text in (
        ("old", "person-of-the-web-tests"),
        ("new", "another-password-8"),
        ("again", "another-password-8"),
    ):
        page.fill(f"#{name}", text)
    page.click("main [type=submit]")
    expect(page.locator("main [role=status]")).to_be_visible()
    visitor.go("/")
    expect(page.locator("h1")).to_have_text("今日")


def test_a_wrong_old_password_changes_nothing(visitor: Any) -> None:
    visitor.sign_in("shen", "person-of-the-web-tests")
    visitor.go("/account")
    page = visitor.page
    for name, text in (("old", "not-the-password"), ("new", "another-password-8"), ("again", "another-password-8")):
        page.fill(f"#{name}", text)
    page.click("main [type=submit]")
    expect(page.locator("main [role=alert]")).to_be_visible()
    visitor.sign_in("shen", "person-of-the-web-tests")
