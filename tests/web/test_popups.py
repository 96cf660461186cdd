"""Popups come by the stream of events, one at a time, once for all tabs; red and orange stay on the wall."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert

from mailuo.base.ids import new_id
from mailuo.storage import system
from mailuo.storage.engine import Store


@pytest.fixture
def tell(site: Any) -> Any:
    """Writes intents to show popups to the admin, as a rule does, beside the server."""

    def put(*told: tuple[str, str | None]) -> None:
        store = Store.open(f"sqlite:///{site.home / 'mailuo.db'}", site.home)
        rows = [
            {
                "id": new_id(), "at": datetime.now(UTC), "via": "popup", "user": "admin", "copy": False, "subject": "", "text": text,
                "level": level, "state": "intended",
            }
            for text, level in told
        ]  # fmt: skip
        store.write(lambda connection: connection.execute(insert(system.message), rows).close())
        store.close()

    return put


def test_popups_come_one_at_a_time_and_not_those_of_the_wall(visitor: Any, tell: Any) -> None:
    visitor.page.clock.install()
    page = visitor.page
    with page.expect_response("**/api/v1/events*"):
        visitor.sign_in()
    other = page.context.new_page()
    other.goto(page.url)
    page.bring_to_front()
    tell(("迟了", "red"), ("提前 26 小时", "green"), ("已拆解", None))
    popup = page.locator(".popup")
    expect(popup).to_have_count(1)
    expect(popup).to_contain_text("提前 26 小时")
    box = popup.bounding_box()
    assert box["width"] == 252
    assert box["x"] + box["width"] == 1440 - 24
    visitor.check_access()
    popup.locator("button").click()
    expect(popup).to_have_count(1)
    expect(popup).to_contain_text("已拆解")
    popup.hover()
    page.clock.fast_forward(9_000)
    expect(popup).to_have_count(1)
    page.mouse.move(10, 10)
    page.clock.fast_forward(4_000)
    expect(popup).to_have_count(0)
    other.close()
