"""Connectors as they are built from their files, and what publishing them means."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mailuo.connectors.signing import BY_NAME
from mailuo.formulas import Formula, Template
from mailuo.metadata import Manifest, compare, load, read_folder
from mailuo.metadata.connector import Connector, Limits, Rate, Setting
from mailuo.metadata.given import Secret
from mailuo.metadata.grammar import schema_of

DECLARATIONS = Path(__file__).parents[2] / "declarations"
AROUND = read_folder(DECLARATIONS / "around")
COURIER = (DECLARATIONS / "good" / "connector.yaml").read_text(encoding="utf-8")


def workspace(text: str, **more: str) -> Manifest:
    result = load({**AROUND, "automations/connectors/courier.yaml": text, **more})
    assert isinstance(result, Manifest), [problem.line("en") for problem in result]
    return result


@pytest.fixture
def courier() -> Connector:
    return workspace(COURIER).connectors["courier"]


def text_of(value: object) -> str:
    assert isinstance(value, (Template, Formula))
    return value.text


# --- who it is --------------------------------------------------------------------------------------------------


def test_settings_name_what_they_need_from_the_environment(courier: Connector) -> None:
    assert courier.base_url == Setting("${COURIER_URL:-https://courier.example}", ("COURIER_URL",), ())
    assert courier.auth is not None
    assert courier.auth.scheme == "kdniao"
    assert courier.auth.values["id"] == Setting("${COURIER_ID}", ("COURIER_ID",), ("COURIER_ID",))
    assert courier.environment == {"COURIER_URL", "COURIER_ID", "COURIER_KEY", "COURIER_UNIT"}


def test_every_scheme_of_signing_may_be_declared_and_no_other() -> None:
    properties = schema_of("connector")["properties"]
    assert set(properties["auth"]["properties"]["scheme"]["enum"]) == {*BY_NAME, "plain", "declared"}  # type: ignore[index]


def test_limits_are_those_of_the_connector_unless_an_operation_has_its_own(courier: Connector) -> None:
    usual = courier.operations["subscribe"].limits
    assert usual == Limits(
        (Rate(10, timedelta(seconds=1)), Rate(500, timedelta(days=1))),
        (Rate(3, timedelta(minutes=1)),),
        timedelta(seconds=5),
        3,
        ("timeout", "5xx"),
        (timedelta(seconds=1), timedelta(minutes=1)),
    )
    assert courier.operations["query"].limits.rates == (Rate(1, timedelta(seconds=1)),)
    assert courier.operations["query"].limits.times == 3


def test_a_connector_is_a_source_beside_those_of_the_workspace() -> None:
    sources = workspace(COURIER).workspace.sources
    assert (sources["courier"], sources["lab"]) == ("送样公司", "检验系统")


# --- what it calls ----------------------------------------------------------------------------------------------


def test_answers_mean_what_the_connector_says_unless_an_operation_says_more(courier: Connector) -> None:
    own, usual = courier.operations["subscribe"].classes, courier.operations["query"].classes
    assert text_of(own.ok) == "{body.Success} = true"
    assert text_of(usual.ok) == "{body.code} = '0'"
    assert text_of(own.wait) == "{status} = 429"
    assert own.wait_for == timedelta(hours=1)
    assert usual.retry is None


def test_a_request_keeps_numbers_and_truths_and_takes_what_it_is_given(courier: Connector) -> None:
    subscribe, done = courier.operations["subscribe"], courier.operations["done"]
    assert subscribe.request.method == "POST"
    form = subscribe.request.form
    assert form is not None
    assert form["RequestType"] == Template("1008", ("1008",), frozenset())
    data = form["RequestData"]
    assert isinstance(data, dict)
    assert data["Sort"] == Decimal(0)
    assert subscribe.parameters == ("carrier", "number", "order")
    assert isinstance(done.request.json, dict)
    assert done.request.json["ok"] is True
    assert isinstance(done.request.json["at"], Formula)
    assert (done.parameters, done.signed_in) == (("ids",), False)


def test_signing_in_keeps_secrets_for_the_next_step(courier: Connector) -> None:
    first, second = courier.sign_in
    assert (first.token, first.secrets, first.values) == (
        (),
        {"app_key": ("data", "0", "appKey")},
        {"domain": ("data", "0", "domain")},
    )
    assert first.optional
    assert (second.token, second.expires_in, second.unit) == (
        ("data", "token"),
        ("data", "expires"),
        timedelta(milliseconds=1),
    )
    assert second.request.query == {
        "app_key": Secret("app_key"),
        "proof": Secret("key", digest="hmac_sha256", form="base64_of_hex", over="app_key"),
        "level": Secret("unit", number=True),
    }


def test_a_member_named_secret_among_others_is_a_member_like_them() -> None:
    step = "{method: POST, path: /token, json: {appid: 1, secret: {secret: key}}}"
    changed = COURIER.replace("{method: POST, path: /authorise, query: {unit: {secret: unit}}}", step)
    assert changed != COURIER
    assert workspace(changed).connectors["courier"].sign_in[0].request.json == {
        "appid": Decimal(1),
        "secret": Secret("key"),
    }


# --- what it asks for, and what comes in ------------------------------------------------------------------------


def test_a_poll_asks_window_by_window_page_by_page_and_reads_on(courier: Connector) -> None:
    poll = courier.polls["changes"]
    assert (poll.every, poll.each, poll.event) == (timedelta(minutes=5), ("data", "rows"), "track")
    assert poll.window is not None
    assert (poll.window.start, poll.window.overlap, poll.window.most) == (
        "since",
        timedelta(seconds=30),
        timedelta(minutes=30),
    )
    assert poll.pages is not None
    assert (poll.pages.first, poll.pages.backwards, poll.pages.total) == (0, True, ("data", "total"))
    assert poll.then is not None
    assert poll.then.body == ("data", "row")
    assert poll.confirm is not None
    assert poll.confirm.key == ("id",)


def test_a_poll_may_ask_about_silent_rows(courier: Connector) -> None:
    rows = courier.polls["silent"].rows
    assert rows is not None
    assert (rows.table, rows.silent_for) == ("referrals", timedelta(hours=24))
    assert text_of(courier.polls["silent"].values["number"]) == "{row.patient.patient_no}"


def test_an_event_finds_its_record_and_says_what_happened(courier: Connector) -> None:
    event = courier.events["track"]
    assert (event.verify, event.zone.key, event.each) == ("kdniao", "Asia/Shanghai", ("Data",))
    assert event.find is not None
    assert (event.find.table, event.find.claim_on) == ("visits", "referral")
    assert text_of(event.find.where["comment"]) == "{item.LogisticCode}"
    first, second = event.claims
    assert (first.each, first.take, text_of(first.at)) == (("Traces",), "first", "{trace.AcceptTime}")
    assert text_of(second.node) == "{item.node}"
    assert event.answer == {
        "EBusinessID": Template("{auth.id}", (("auth", "id"),), frozenset({("auth", "id")})),
        "UpdateTime": Template("{now}", (("now",),), frozenset({("now",)})),
        "Success": True,
        "Reason": Template("", (), frozenset()),
        "Count": Decimal(1),
    }


# --- publishing -------------------------------------------------------------------------------------------------


def reached(old: str, new: str) -> list[str]:
    changes = compare(workspace(old), workspace(new))
    return [change.sentence.text("en") for change in changes if change.risk == "outside"]


def test_a_new_connector_that_needs_the_environment_is_a_risk() -> None:
    before = load(AROUND)
    assert isinstance(before, Manifest)
    changes = compare(before, workspace(COURIER))
    assert [(change.kind, change.risk, change.path) for change in changes] == [
        ("added", "safe", "connectors.courier"),
        ("changed", "outside", "connectors.courier"),
    ]
    assert "${COURIER_ID}, ${COURIER_KEY}, ${COURIER_UNIT}, ${COURIER_URL}, courier.example" in changes[
        1
    ].sentence.text("en")


def test_a_new_variable_or_host_is_a_risk_and_nothing_else_is() -> None:
    assert reached(COURIER, COURIER.replace("5s", "6s")) == []
    assert "${OTHER}" in reached(COURIER, COURIER.replace("${COURIER_KEY}", "${OTHER}"))[0]
    assert "other.example:8443" in reached(COURIER, COURIER.replace("courier.example", "other.example:8443"))[0]


def test_taking_the_place_of_a_source_changes_nothing_in_the_workspace() -> None:
    files = {
        name: text.replace("sources: {registry: 挂号系统, lab: 检验系统}", "sources: {registry: 挂号系统}")
        for name, text in AROUND.items()
    }
    after = load({**files, "automations/connectors/lab.yaml": "connector: lab\ntitle: 检验系统\n"})
    before = load(AROUND)
    assert isinstance(before, Manifest)
    assert isinstance(after, Manifest)
    assert [change.path for change in compare(before, after)] == ["connectors.lab"]


def test_where_the_body_is_the_one_element_its_lists_may_be_named_from_either() -> None:
    told = (
        "connector: courier\ntitle: 快递\nevents:\n  told:\n    find: {table: referrals, where: {referral_no: body.no}}\n"
        "    claims:\n      - {node: sampled, each: body.marks, at: trace.at}\n"
        "      - {node: sampled, each: item.marks, at: trace.at}\n"
    )
    around = AROUND["tables/referrals.yaml"].replace("by: [lab, {manual", "by: [lab, courier, {manual")
    claims = workspace(told, **{"tables/referrals.yaml": around}).connectors["courier"].events["told"].claims
    assert [claim.each for claim in claims] == [("marks",), ("marks",)]
