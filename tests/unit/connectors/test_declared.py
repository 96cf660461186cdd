"""Signatures put together from declared parts: what a connector says is what is signed and proved."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

from mailuo.connectors.messages import NOT_READ
from mailuo.connectors.schemes import signer_of
from mailuo.connectors.signing import Refused, Signer, Unreadable, Verified
from mailuo.connectors.signing.digests import DIGESTS, TEXT_FORMS
from mailuo.connectors.signing.rsa import HASHES
from mailuo.connectors.signing.signer import Incoming, Moment, Outgoing
from mailuo.metadata import Manifest, load
from mailuo.metadata.grammar import schema_of

NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)
SECRETS = {"key": "k", "other": "o"}
LINES = r'"{method}\n{path}\n{query}\n{time}\n{nonce}\n{header.X-Shop}\n{body}"'


def declared(**parts: str) -> Signer:
    """The way of signing of a connector that declares these parts."""
    auth = ", ".join(f"{name}: {value}" for name, value in parts.items())
    text = f"connector: c\nauth: {{scheme: declared, key: '${{K}}', other: '${{O}}', {auth}}}\n"
    manifest = load({"automations/connectors/c.yaml": text})
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    found = signer_of(manifest.connectors["c"], "declared")
    assert found is not None
    return found


def sha(text: str, key: str = "k") -> str:
    return hmac.new(key.encode(), text.encode(), "sha256").hexdigest()


def test_a_call_is_signed_over_its_lines() -> None:
    signer = declared(
        sign=f"{{digest: hmac_sha256, over: {LINES}, header: X-Sign, prefix: v1=, time: {{header: X-Time, unit: milliseconds}}, nonce: {{query: nonce}}}}"
    )
    request = Outgoing("PUT", "/a/b", (("x", "1 2"),), None, '{"名":1}'.encode(), {"X-Shop": "7"})
    signed = signer.sign(SECRETS, request, Moment(NOW, "abc"))
    assert signed.query == (("x", "1 2"), ("nonce", "abc"))
    assert signed.headers["X-Time"] == "1768464000000"
    assert signed.headers["X-Sign"] == "v1=" + sha('PUT\n/a/b\nx=1+2&nonce=abc\n1768464000000\nabc\n7\n{"名":1}')


def test_a_form_is_signed_by_its_sorted_fields_without_the_signature() -> None:
    signer = declared(
        sign='{digest: md5_around, key: other, over: "{sorted}", form: HEX, field: sign, time: {field: ts, unit: iso}}'
    )
    signed = signer.sign(
        SECRETS, Outgoing("POST", "/", form=(("b", "2"), ("a", "1"), ("empty", ""), ("sign", "old"))), Moment(NOW, "")
    )
    expected = hashlib.md5(b"oa1b2ts2026-01-15T08:00:00Zo").hexdigest().upper()  # noqa: S324
    assert dict(signed.form or ())["sign"] == expected
    assert [name for name, _ in signed.form or ()] == ["b", "a", "empty", "ts", "sign"]


def test_json_may_be_signed_with_its_keys_in_order() -> None:
    signer = declared(sign='{digest: sha256_suffix, over: "{sorted_json}", form: base64, query: sign}')
    signed = signer.sign(SECRETS, Outgoing("POST", "/", body=b'{"b":1.0,"a":[2]}'), Moment(NOW, ""))
    expected = b64encode(hashlib.sha256(b'{"a":[2],"b":1.0}k').digest()).decode()
    assert signed.query == (("sign", expected),)


def push(body: bytes, **headers: str) -> Incoming:
    return Incoming("POST", {name.lower().replace("_", "-"): value for name, value in headers.items()}, {}, body)


VERIFY = '{digest: hmac_sha256, over: "{time}.{body}", header: X-Sign, time: {header: X-Time}, id: {header: X-Id}, window: 1m}'


def test_an_event_is_proved_over_its_raw_bytes() -> None:
    body = '{"no":4781320682406083640,"名":"🪑"}'.encode()
    seen = declared(verify=VERIFY).verify(
        SECRETS, push(body, X_Sign=sha(f"1768464000.{body.decode()}"), X_Time="1768464000", X_Id="m1"), NOW
    )
    assert seen == Verified(({"no": "4781320682406083640", "名": "🪑"},), ("m1",))


def test_a_forged_and_a_stale_event_are_refused() -> None:
    signer, body = declared(verify=VERIFY), b"{}"
    right = sha("1768464000.{}")
    for event, at in (
        (push(body, X_Sign="0" * 64, X_Time="1768464000"), NOW),
        (push(body, X_Time="1768464000"), NOW),
        (push(body, X_Sign=right, X_Time="1768464001"), NOW),
        (push(body, X_Sign=right, X_Time="1768464000"), NOW + timedelta(seconds=61)),
        (push(body, X_Sign=sha(".{}")), NOW),
        (push(b"{", X_Sign=sha("1768464000.}"), X_Time="1768464000"), NOW),
        (push(b"{", X_Sign=sha("1768464000.{"), X_Time="1768464000"), NOW + timedelta(seconds=61)),
    ):
        assert isinstance(signer.verify(SECRETS, event, at), Refused)


def test_an_event_that_is_proved_and_says_nothing_is_told_from_one_that_is_refused() -> None:
    event = push(b"{", X_Sign=sha("1768464000.{"), X_Time="1768464000")
    assert declared(verify=VERIFY).verify(SECRETS, event, NOW) == Unreadable(NOT_READ())


def test_a_blank_secret_proves_nothing() -> None:
    event = push(b"{}", X_Sign=sha("1768464000.{}", ""), X_Time="1768464000")
    assert isinstance(declared(verify=VERIFY).verify({"key": ""}, event, NOW), Refused)


def test_bytes_that_are_no_text_are_proved_as_they_are() -> None:
    signer = declared(verify='{digest: hmac_sha256, over: "{body}", header: X-Sign}')
    body = b'{"a":"\xff"}'
    signature = hmac.new(b"k", body, "sha256").hexdigest()
    seen = signer.verify(SECRETS, push(body, X_Sign=signature), NOW)
    assert seen == Unreadable(NOT_READ())
    assert isinstance(signer.verify(SECRETS, push(b'{"a":"\xfe"}', X_Sign=signature), NOW), Refused)


def test_a_form_is_proved_by_its_fields() -> None:
    signer = declared(verify='{digest: md5_suffix, over: "{sorted_query}", field: sign}')
    form = {"b": "2", "a": "一"}
    sign = hashlib.md5("a=一&b=2k".encode()).hexdigest()  # noqa: S324
    event = Incoming("POST", {}, {}, b"", {**form, "sign": sign})
    assert signer.verify(SECRETS, event, NOW) == Verified(({**form, "sign": sign},), ("",))


def test_a_connector_that_declares_only_one_way_goes_only_that_way() -> None:
    calls = declared(sign='{digest: hmac_sha256, over: "{body}", header: X-Sign}')
    assert not calls.verifies
    assert isinstance(calls.verify(SECRETS, push(b"{}"), NOW), Refused)
    events = declared(verify=VERIFY)
    request = Outgoing("GET", "/")
    assert events.sign(SECRETS, request, Moment(NOW, "")) == request
    assert (events.secrets, json.loads(events.failure("x")[2])) == (("key",), {"error": "signature"})


def test_every_digest_and_form_may_be_declared() -> None:
    parts = schema_of("connector")["$defs"]["signature"]["properties"]  # type: ignore[index]
    assert set(parts["digest"]["enum"]) == {*DIGESTS, *HASHES}
    assert set(parts["form"]["enum"]) == set(TEXT_FORMS)
