"""What the schemes make of pushes that are odd: nothing of them is lost, and nothing is believed by halves."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mailuo.connectors.environment import Wired
from mailuo.connectors.incoming import arrival, proved
from mailuo.connectors.messages import NO_SECRET
from mailuo.connectors.signing import BY_NAME, Refused, Seen, Unreadable, Verified
from mailuo.connectors.signing.signer import Incoming, Moment, Outgoing
from mailuo.metadata import Manifest, load

NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)
SECONDS = str(int(NOW.timestamp()))
OLD, NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def pushed(messages: list[dict[str, Any]]) -> Seen:
    """What a push of a shop comes to."""
    body = json.dumps(messages).encode()
    sign = hashlib.md5(b"id" + body + b"s").hexdigest()  # noqa: S324
    return BY_NAME["doudian"].verify({"id": "id", "secret": "s"}, Incoming("POST", {"app-id": "id", "event-sign": sign}, {}, body), NOW)


def test_messages_without_an_id_are_told_apart_by_what_they_say() -> None:
    found = pushed([{"tag": "100", "data": "{}"}, {"tag": "101", "msg_id": None, "data": "{}"}, {"tag": "102", "msg_id": 7, "data": "{}"}])
    assert isinstance(found, Verified)
    assert found.keys == ("", "", "7")


@pytest.mark.parametrize(("data", "told"), [('{"p_id": 7}', {"p_id": "7"}), ({"p_id": "7"}, {"p_id": "7"}), ("已取消", "已取消"), (None, None)])
def test_the_data_of_a_message_is_never_lost(data: object, told: object) -> None:
    found = pushed([{"tag": "100", "msg_id": "m", "data": data}])
    assert isinstance(found, Verified)
    assert found.bodies[0]["data"] == told


def webhook(secret: str) -> str:
    """The signature of an empty object by one secret."""
    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.new(key, f"m.{SECONDS}.{{}}".encode(), "sha256").digest()).decode()


@pytest.mark.parametrize(("secret", "signed_by"), [(f"{OLD} {NEW}", OLD), (f"{OLD} {NEW}", NEW), (NEW, NEW)])
def test_while_a_secret_is_changed_either_proves_a_webhook(secret: str, signed_by: str) -> None:
    headers = {"webhook-id": "m", "webhook-timestamp": SECONDS, "webhook-signature": f"v1,AAAA {webhook(signed_by)} v1a,AAAA"}
    found = BY_NAME["standard_webhooks"].verify({"secret": secret}, Incoming("POST", headers, {}, b"{}"), NOW)
    assert found == Verified(({},), ("m",))


def test_while_a_secret_is_changed_both_sign_a_webhook() -> None:
    signer = BY_NAME["standard_webhooks"]
    sent = signer.sign({"secret": f"{OLD} {NEW}"}, Outgoing("POST", "/", body=b"{}", headers={"webhook-id": "m"}), Moment(NOW, "n"))
    assert sent.headers["webhook-signature"] == f"{webhook(OLD)} {webhook(NEW)}"


def test_a_header_that_came_twice_proves_nothing_though_one_of_them_is_right() -> None:
    right = f"t={SECONDS},v1=" + hmac.new(b"s", f"{SECONDS}.".encode() + b'{"id":"e"}', "sha256").hexdigest()
    signer = BY_NAME["stripe_webhook"]
    for header, wanted in ((right, Verified), (f"t={SECONDS},v1=00,{right}", Refused)):
        found = signer.verify({"secret": "s"}, Incoming("POST", {"stripe-signature": header}, {}, b'{"id":"e"}'), NOW)
        assert isinstance(found, wanted)


@pytest.mark.parametrize(("method", "wanted"), [("POST", Verified), ("GET", Refused), ("HEAD", Refused)])
def test_only_what_is_posted_brings_an_event(method: str, wanted: type) -> None:
    text = "connector: c\nauth: {scheme: github_webhook, secret: '${S}'}\nevents: {moved: {verify: github_webhook}}\n"
    manifest = load({"automations/connectors/c.yaml": text})
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    connector = manifest.connectors["c"]
    headers = {"X-Hub-Signature-256": "sha256=" + hmac.new(b"s", b"{}", "sha256").hexdigest(), "X-GitHub-Delivery": "d"}
    found = proved(Wired(connector, "", {"secret": "s"}), connector.events["moved"], arrival(method, headers, b"", b"{}"), NOW)
    assert isinstance(found, wanted)


def test_a_delivery_in_a_form_says_what_its_payload_says() -> None:
    raw = b"payload=%7B%22a%22%3A1%7D"
    headers = {"X-Hub-Signature-256": "sha256=" + hmac.new(b"s", raw, "sha256").hexdigest(), "X-GitHub-Delivery": "d"}
    event = arrival("POST", {**headers, "Content-Type": "application/x-www-form-urlencoded"}, b"", raw)
    assert BY_NAME["github_webhook"].verify({"secret": "s"}, event, NOW) == Verified(({"a": "1"},), ("d",))


def test_a_webhook_signed_by_a_private_key_is_proved_by_the_public_one() -> None:
    key = Ed25519PrivateKey.generate()
    private = "whsk_" + b64encode(key.private_bytes_raw()).decode()
    public = "whpk_" + b64encode(key.public_key().public_bytes_raw()).decode()
    signer = BY_NAME["standard_webhooks"]
    sent = signer.sign({"secret": f"{private} {NEW}"}, Outgoing("POST", "/", body=b"{}", headers={"webhook-id": "m"}), Moment(NOW, "n"))
    assert [each.partition(",")[0] for each in sent.headers["webhook-signature"].split()] == ["v1a", "v1"]
    for secret, body, wanted in ((public, b"{}", Verified), (private, b"{}", Verified), (public, b"[]", Refused), (OLD, b"{}", Refused)):
        assert isinstance(signer.verify({"secret": secret}, Incoming("POST", dict(sent.headers), {}, body), NOW), wanted)


@pytest.mark.parametrize("secret", ["", " ", "whsec_", "whpk_", "whpk_AAAA"])
def test_a_secret_that_is_none_proves_nothing(secret: str) -> None:
    empty = "v1," + b64encode(hmac.new(b"", f"m.{SECONDS}.{{}}".encode(), "sha256").digest()).decode()
    headers = {"webhook-id": "m", "webhook-timestamp": SECONDS, "webhook-signature": f"{empty} v1a,{'A' * 86}=="}
    text = "connector: c\nauth: {scheme: standard_webhooks, secret: '${S}'}\nevents: {moved: {verify: standard_webhooks}}\n"
    manifest = load({"automations/connectors/c.yaml": text})
    assert isinstance(manifest, Manifest)
    connector = manifest.connectors["c"]
    found = proved(Wired(connector, "", {"secret": secret}), connector.events["moved"], arrival("POST", headers, b"", b"{}"), NOW)
    assert isinstance(found, Refused)


BLANK = {
    "github_webhook": ({"x-hub-signature-256": "sha256=" + hmac.new(b"", b"{}", "sha256").hexdigest(), "x-github-delivery": "d"}, b"{}", {}),
    "stripe_webhook": ({"stripe-signature": f"t={SECONDS},v1=" + hmac.new(b"", f"{SECONDS}.".encode() + b'{"id":1}', "sha256").hexdigest()}, b'{"id":1}', {}),
    "doudian": ({"app-id": "i", "event-sign": hashlib.md5(b"i[]").hexdigest()}, b"[]", {}),  # noqa: S324
    "kdniao": ({}, b"x", {"RequestData": "{}", "DataSign": b64encode(hashlib.md5(b"{}").hexdigest().encode()).decode()}),  # noqa: S324
}


@pytest.mark.parametrize("scheme", BLANK)
def test_whoever_has_no_secret_believes_nobody(scheme: str) -> None:
    headers, body, form = BLANK[scheme]
    event = Incoming("POST", headers, {}, body, form)
    assert BY_NAME[scheme].verify({"id": "i", "key": "", "secret": ""}, event, NOW) == Refused(NO_SECRET())


GARBAGE = b'["a\xff'
UNREADABLE: dict[str, Callable[[bytes], tuple[dict[str, str], dict[str, str]]]] = {
    "github_webhook": (lambda raw: ({"x-hub-signature-256": "sha256=" + hmac.new(b"s", raw, "sha256").hexdigest(), "x-github-delivery": "d"}, {})),
    "stripe_webhook": (lambda raw: ({"stripe-signature": f"t={SECONDS},v1=" + hmac.new(b"s", f"{SECONDS}.".encode() + raw, "sha256").hexdigest()}, {})),
    "standard_webhooks": (lambda raw: ({"webhook-id": "m", "webhook-timestamp": SECONDS, "webhook-signature": standard(raw)}, {})),
    "doudian": (lambda raw: ({"app-id": "i", "event-sign": hashlib.md5(b"i" + raw + b"s").hexdigest()}, {})),  # noqa: S324
    "kdniao": (lambda raw: ({}, {"RequestData": "[1", "DataSign": b64encode(hashlib.md5(b"[1s").hexdigest().encode()).decode()})),  # noqa: S324
}


def standard(raw: bytes) -> str:
    """The signature of a webhook by the secret `s`."""
    return "v1," + b64encode(hmac.new(b64decode("c2VjcmV0"), f"m.{SECONDS}.".encode() + raw, "sha256").digest()).decode()


@pytest.mark.parametrize("scheme", UNREADABLE)
def test_what_is_proved_and_says_nothing_is_not_taken_for_forged(scheme: str) -> None:
    headers, form = UNREADABLE[scheme](GARBAGE)
    secrets = {"id": "i", "key": "s", "secret": "c2VjcmV0" if scheme == "standard_webhooks" else "s"}
    event = Incoming("POST", headers, {}, GARBAGE, form)
    assert isinstance(BY_NAME[scheme].verify(secrets, event, NOW), Unreadable)
    forged = {name: "0" * len(value) if "sign" in name else value for name, value in headers.items()}
    spoiled = Incoming("POST", forged, {}, GARBAGE, {**form, "DataSign": "x"} if form else {})
    assert isinstance(BY_NAME[scheme].verify(secrets, spoiled, NOW), Refused)
