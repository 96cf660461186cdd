"""The console of connectors in a real browser: dead letters, dead calls, calls by hand, and what is held."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.test_deeds import ago

SWIFT = "automations/connectors/swift.yaml"


def paid(yard: Any) -> str:
    """A job that waits for the carrier."""
    job: str = yard.job()
    yard.say(job, "paid", ago(hours=1))
    return job


def reached(yard: Any, job: str) -> bool:
    """Whether a job was picked up."""
    nodes = yard.call("GET", f"/tables/jobs/records/{job}/timeline")["nodes"]
    return any(node["id"] == "picked_up" and node["state"] == "reached" for node in nodes)


def letter(page: Any, name: str) -> Any:
    """The dead letter of this name."""
    return page.locator("[data-letter]").filter(has_text=name)


def worked_off(page: Any, name: str) -> Any:
    """What came in and was worked off about a record."""
    return page.locator("[data-inbox][data-state=done]").filter(has_text=name)


def test_letters_go_on_one_by_one_and_all_at_once_when_their_mapping_was_mended(guard: Any, yard: Any) -> None:
    page, jobs = guard.page, [paid(yard) for _ in range(3)]
    for job in jobs:
        yard.push(number=job, at=ago(minutes=5))
    guard.go("/connectors?connector=swift")
    for job in jobs:
        expect(letter(page, job)).to_be_visible()
    guard.check_access()
    letter(page, jobs[0]).locator("input").press("Space")
    page.locator("[data-replay-picked]").press("Enter")
    expect(page.locator(".toast")).to_contain_text("1 条已重放")
    expect(letter(page, jobs[0])).to_be_visible()
    expect(page.locator("[data-replay-picked]")).to_be_disabled()

    yard.publish(SWIFT, "body.job", "body.number")
    letter(page, jobs[0]).locator("input").press("Space")
    page.locator("[data-replay-picked]").press("Enter")
    expect(letter(page, jobs[0])).to_have_count(0)
    expect(worked_off(page, jobs[0])).to_be_visible()
    page.locator("[data-replay-all]").press("Enter")
    guard.check_access()
    page.locator("#sheet [type=submit]").press("Enter")
    for job in jobs:
        expect(letter(page, job)).to_have_count(0)
        expect(worked_off(page, job)).to_be_visible()
        assert reached(yard, job)


def test_a_letter_about_a_record_that_is_not_there_yet_finds_it_by_itself(guard: Any, yard: Any) -> None:
    page = guard.page
    yard.push(number="J-later", job="J-later", at=ago(minutes=5))
    guard.go("/connectors?connector=swift")
    expect(letter(page, "J-later")).to_contain_text("找不到记录")
    yard.call("POST", "/tables/jobs/records", {"job_no": "J-later"})
    expect(letter(page, "J-later")).to_have_count(0)
    expect(worked_off(page, "J-later")).to_be_visible()
    assert reached(yard, "J-later")


def test_a_phone_shows_a_system_that_lacks_its_keys_in_two_lines(phone: Any) -> None:
    phone.sign_in()
    phone.go("/connectors")
    rows = phone.page.locator(".connector-table tbody tr")
    expect(rows.locator(".way .org").first).to_be_visible()
    tallest = rows.evaluate_all("rows => Math.max(...rows.map((row) => row.offsetHeight))")
    assert 44 <= tallest < 90
    phone.check_access()


def test_a_letter_is_discarded_with_a_reason_by_phone_in_english(walker: Any, yard: Any) -> None:
    page = walker.page
    yard.push(number="J-never", job="J-never", at=ago(minutes=5))
    walker.go("/connectors?connector=swift")
    letter(page, "J-never").locator("input").tap()
    page.tap("[data-discard-picked]")
    walker.check_access()
    walker.answers = (422,)
    page.tap("#sheet [type=submit]")
    expect(page.locator("#sheet .problem")).to_be_visible()
    page.fill("#note", "a test of theirs")
    page.tap("#sheet [type=submit]")
    expect(letter(page, "J-never")).to_have_count(0)
    assert any("J-never" in (item["key"] or "") for item in yard.letters("dropped"))
    (kept, *_) = yard.call("GET", "/audit?limit=1")["audit"]
    assert (kept["action"], kept["detail"]["why"]) == ("inbox.discard", "a test of theirs")


def test_a_call_by_hand_that_failed_is_made_again_when_the_other_side_is_well(guard: Any, yard: Any) -> None:
    page = guard.page
    yard.vendor.answers = lambda heard: (400, {})
    guard.go("/connectors?connector=swift&show=calls")
    page.locator("[data-test=swift]").press("Enter")
    page.fill("[data-value=number]", "YT-77")
    page.locator("[data-value=number]").press("Enter")
    expect(page.locator("#sheet .said")).to_contain_text("失败")
    guard.check_access()
    page.keyboard.press("Escape")
    expect(letter(page, "问到哪里了")).to_be_visible()
    yard.vendor.answers = lambda heard: (200, {"where": "北门"})
    letter(page, "问到哪里了").locator("input").press("Space")
    page.locator("[data-replay-picked]").press("Enter")
    expect(letter(page, "问到哪里了")).to_have_count(0)
    line = page.locator("[data-call]").first
    expect(line).to_have_attribute("data-state", "ok")
    line.locator("button").press("Enter")
    expect(page.locator("#sheet .answer")).to_contain_text("YT-77")
    guard.check_access()
    assert [heard.json["number"] for heard in yard.vendor.heard if heard.path == "/ask"] == ["YT-77", "YT-77"]


@pytest.mark.parametrize(("deed", "said", "state", "gone_out"), [("", "放出 1 条", "ok", 1), ("[data-drop]", "已丢弃 1 条", "dropped", 0)])
def test_what_is_held_goes_out_or_is_dropped_after_a_yes(
    guard: Any, yard: Any, deed: str, said: str, state: str, gone_out: int
) -> None:
    page, text = guard.page, f"在吗 {state}"
    guard.go("/connectors?connector=chat")
    page.locator("[data-connector=chat] [data-hold]").press("Enter")
    guard.check_access()
    page.locator("#sheet [type=submit]").press("Enter")
    banner = page.locator("[data-held-scope=chat]")
    expect(banner).to_be_visible()
    page.locator("[data-test=chat]").press("Enter")
    page.fill("[data-value=to]", "w-yan")
    page.fill("[data-value=text]", text)
    page.locator("#sheet [type=submit]").press("Enter")
    expect(page.locator("#sheet .said")).to_contain_text("暂停中")
    page.keyboard.press("Escape")
    expect(banner).to_contain_text("1 条在等")
    guard.check_access()
    banner.locator(f"[data-release]{deed or ':not([data-drop])'}").press("Enter")
    guard.check_access()
    page.locator("#sheet [type=submit]").press("Enter")
    expect(page.locator(".toast")).to_contain_text(said)
    expect(banner).to_have_count(0)
    expect(page.locator("[data-call]").first).to_have_attribute("data-state", state)
    assert sum(heard.path == "/message" and heard.json["text"] == text for heard in yard.vendor.heard) == gone_out
