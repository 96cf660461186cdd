"""An endpoint that says that it takes nothing any more is switched off, until somebody lets it be sent to again."""

from dataclasses import replace

import pytest

from mailuo.automations.switch import BY_ITSELF, Switch
from mailuo.base.problems import LANGUAGES
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.vendor import Vendor

BUYER = """\
connector: buyer
title: 买家系统
base_url: ${BUYER_URL}
auth: {scheme: SCHEME, secret: whsec_c2VjcmV0}
operations:
  tell:
    title: 报状态
    request: {method: POST, path: /hook, json: {type: told, data: {job: "{job}"}}}
"""


def opened(open_office, vendor: Vendor, scheme: str = "standard_webhooks", answers: str = "") -> Office:
    """An office that tells a buyer whose endpoint is gone."""
    vendor.answers = lambda heard: (410, {})
    return open_office({"BUYER_URL": vendor.url}, buyer=BUYER.replace("SCHEME", scheme) + answers)


@pytest.fixture
def gone(open_office, vendor: Vendor) -> Office:
    """An office that has just been told so."""
    office = opened(open_office, vendor)
    office.call("tell", "buyer", job="J-1")
    office.work()
    return office


def states(office: Office) -> list[str]:
    """How the calls stand, oldest first."""
    return [row.state for row in sorted(office.rows(system.call), key=lambda row: row.id)]


def test_an_endpoint_that_is_gone_is_sent_nothing_more(gone: Office, vendor: Vendor) -> None:
    gone.call("tell", "buyer", job="J-2")
    gone.work(hours=1)
    assert (states(gone), len(vendor.heard), gone.audit) == (["dead", "held"], 1, ["hold"])
    told = gone.outside.console.connector("buyer", "zh")
    assert (told["state"], told["switched_off"]) == ("held", True)


def test_why_it_is_off_is_told_in_the_readers_language(gone: Office) -> None:
    (hold,) = Switch(gone.store, gone.in_force, gone.clock, gone._note).holds()
    assert (hold.connector, hold.since, hold.by) == ("buyer", NOW, BY_ITSELF)
    (call,) = gone.rows(system.call)
    assert hold.why is not None
    zh, en = (gone.outside.console.call("buyer", call.id, replace(SYSTEM, language=language))["error"] for language in LANGUAGES)
    assert (zh, en) == (hold.why.text("zh"), hold.why.text("en"))
    assert ("410" in zh, "410" in en, "自动关闭" in zh, "switched off" in en) == (True,) * 4


def test_it_is_sent_to_again_once_somebody_lets_it(gone: Office, vendor: Vendor) -> None:
    gone.call("tell", "buyer", job="J-2")
    gone.work()
    vendor.answers = lambda heard: (204, b"")
    assert Switch(gone.store, gone.in_force, gone.clock, gone._note).release(SYSTEM, "buyer") == 1
    gone.work()
    assert states(gone) == ["dead", "ok"]
    assert gone.outside.console.connector("buyer", "zh")["switched_off"] is False


def test_an_endpoint_that_is_still_gone_is_switched_off_again(gone: Office) -> None:
    gone.call("tell", "buyer", job="J-2")
    gone.work()
    Switch(gone.store, gone.in_force, gone.clock, gone._note).release(SYSTEM, "buyer")
    gone.work()
    assert (states(gone), gone.audit) == (["dead", "dead"], ["hold", "release.send", "hold"])
    assert gone.outside.console.connector("buyer", "zh")["switched_off"] is True


def test_a_hold_of_a_persons_stays_theirs(open_office, vendor: Vendor) -> None:
    office = opened(open_office, vendor)
    switch = Switch(office.store, office.in_force, office.clock, office._note)
    switch.hold(SYSTEM, "buyer")
    office.call("tell", "buyer", job="J-1")
    office.work()
    assert (states(office), [hold.by for hold in switch.holds()]) == (["held"], ["system"])


@pytest.mark.parametrize(
    ("scheme", "answers", "state"),
    [
        ("plain", "", "dead"),
        ("github_webhook", "", "dead"),
        ("standard_webhooks", 'answers: {ok: "OR({status} < 300, {status} = 410)"}\n', "ok"),
        ("standard_webhooks", 'answers: {retry: "{status} = 410"}\n', "retrying"),
    ],
)
def test_elsewhere_and_where_the_declaration_says_otherwise_it_ends_one_call_at_most(
    open_office, vendor: Vendor, scheme: str, answers: str, state: str
) -> None:
    office = opened(open_office, vendor, scheme, answers)
    office.call("tell", "buyer", job="J-1")
    office.work()
    assert (states(office), office.rows(system.held)) == ([state], [])
