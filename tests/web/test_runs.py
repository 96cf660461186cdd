"""Runs in a real browser: one that failed goes on by the rule of then or of now, and a trial leaves nothing behind."""

import re
from typing import Any

from playwright.sync_api import expect

RULES = "automations/automations.yaml"


def visits(yard: Any, job: str) -> list[str]:
    """What is to be done at the visits of a job."""
    found = yard.call("GET", "/tables/visits/records")["records"]
    return [visit["what"] for visit in found if visit["job"] == job]


def test_a_run_that_failed_goes_on_from_its_step_by_the_rule_of_then_and_of_now(guard: Any, yard: Any) -> None:
    page, jobs = guard.page, [yard.job(place="北门"), yard.job(place="北门")]
    guard.go("/runs?automation=visit&state=failed")
    for job in jobs:
        expect(page.locator(f".run-log [data-record='{job}']")).to_be_visible()
    yard.publish(RULES, "按老办法", "按新办法")
    yard.call("POST", "/tables/places/records", {"place_no": "北门"})
    for job, revision, done in zip(jobs, ("then", "now"), ("按老办法", "按新办法"), strict=True):
        guard.go("/runs?automation=visit")
        page.click(f".run-log [data-record='{job}'] .run-open")
        view = page.locator(".run-view")
        expect(view.locator(".trouble")).to_contain_text("北门")
        expect(view.locator("[data-step][data-state=failed]")).to_have_count(1)
        guard.check_access()
        view.locator(f"[data-replay-run][data-revision={revision}]").press("Enter")
        expect(page.locator(".toast")).to_be_visible()
        expect(view.locator("[data-step][data-state=done]")).to_have_count(2)
        expect(view.locator("[data-replay-run]")).to_have_count(0)
        expect(page.locator(f".run-log [data-record='{job}']")).to_have_attribute("data-state", "done")
        assert visits(yard, job) == [done]
        assert yard.call("GET", f"/tables/jobs/records/{job}")["tries"] == 1


def test_a_failed_run_is_read_and_goes_on_by_phone_in_english(walker: Any, yard: Any) -> None:
    page, job = walker.page, yard.job(place="西门")
    walker.go("/runs?automation=visit&state=failed")
    page.tap(f".run-log [data-record='{job}'] .run-open")
    expect(page.locator(".run-view .trouble")).to_contain_text("Where it stopped")
    for said in (".run-view .trouble p", ".run-view [data-state=failed] .problem"):
        expect(page.locator(said)).to_contain_text("is not in")
    walker.check_access()
    yard.call("POST", "/tables/places/records", {"place_no": "西门"})
    page.tap(".run-view [data-replay-run][data-revision=now]")
    expect(page.locator(".run-view [data-step][data-state=done]")).to_have_count(2)
    assert len(visits(yard, job)) == 1


def test_a_trial_on_one_record_shows_what_would_be_done_and_does_nothing(guard: Any, yard: Any) -> None:
    page, job = guard.page, yard.job(place="南门")
    guard.go("/runs?automation=visit")
    expect(page.locator(f".run-log [data-record='{job}']")).to_have_attribute("data-state", "failed")
    yard.call("POST", "/tables/places/records", {"place_no": "南门"})
    page.locator("[data-try]").press("Enter")
    sheet = page.locator("#sheet")
    sheet.locator("input").fill(job)
    sheet.locator("input").press("Enter")
    expect(sheet.locator(".trial-said")).to_contain_text("什么都没有改")
    expect(sheet.locator("[data-step][data-state=done]")).to_have_count(2)
    expect(sheet.locator(".row-done").last).to_have_text(re.compile("^新建上门 按.办法$"))
    expect(sheet.locator("dt")).to_have_text(["派过几次", "活儿", "地点", "做什么"])
    guard.check_access()
    page.keyboard.press("Escape")
    expect(page.locator("[data-try]")).to_be_focused()
    assert visits(yard, job) == []
    assert yard.call("GET", f"/tables/jobs/records/{job}")["tries"] == 1
    assert [run["state"] for run in yard.call("GET", "/runs?automation=visit")["runs"] if run["record"] == job] == ["failed"]
