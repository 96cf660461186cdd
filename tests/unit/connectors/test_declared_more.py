"""Declared signatures of vendors that nobody knew: keys in pairs, sorted parameters, naked times, JSON, XML and addresses."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailuo.connectors.signing import Refused, Verified
from mailuo.connectors.signing.digests import DIGESTS
from mailuo.connectors.signing.signer import Incoming, Moment, Outgoing
from tests.unit.connectors.test_declared import NOW, SECRETS, declared, push

PAIR = '{digest: rsa_sha256, over: "{sorted_query}", form: base64, field: sign, without: [sign_type]}'


@pytest.fixture(scope="module")
def pair() -> RSAPrivateKey:
    """A pair of keys."""
    return generate_private_key(65537, 2048)


def private(key: RSAPrivateKey, encoding: Encoding = Encoding.PEM) -> bytes:
    """The private half."""
    return key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())


def public(key: RSAPrivateKey, encoding: Encoding = Encoding.PEM) -> bytes:
    """The public half."""
    return key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def test_a_form_signed_by_a_private_key_is_proved_by_the_public_one(pair: RSAPrivateKey) -> None:
    given = (("b", "2 &"), ("a", "一"), ("none", ""), ("sign_type", "RSA2"))
    signer = declared(sign=PAIR, verify=PAIR)
    sent = dict(signer.sign({"key": private(pair).decode()}, Outgoing("POST", "/", form=given), Moment(NOW, "")).form or ())
    assert sent["sign"] == b64encode(pair.sign("a=一&b=2 &".encode(), PKCS1v15(), SHA256())).decode()
    bare = b64encode(public(pair, Encoding.DER)).decode()
    for key in (public(pair).decode(), bare):
        assert isinstance(signer.verify({"key": key}, Incoming("POST", {}, {}, b"x", sent), NOW), Verified)
    for wrong in ({**sent, "a": "二"}, {**sent, "sign": "!"}, {**sent, "sign": ""}, {**sent, "sign": b64encode(b"x" * 256).decode()}):
        assert isinstance(signer.verify({"key": bare}, Incoming("POST", {}, {}, b"x", wrong), NOW), Refused)


@pytest.mark.parametrize(
    ("digest", "text"), [("md5_prefix", b"kab"), ("md5_suffix", b"abk"), ("md5_around", b"kabk"), ("sha512_prefix", b"kab"), ("sha1_around", b"kabk")]
)
def test_the_secret_stands_where_the_digest_says(digest: str, text: bytes) -> None:
    assert DIGESTS[digest](b"k", b"ab") == hashlib.new(digest.partition("_")[0], text).digest()


def test_lines_may_be_sorted_with_the_secret_among_them() -> None:
    signer = declared(verify=r'{digest: sha1_sorted, over: "{time}\n{nonce}", query: signature, time: {query: timestamp}, nonce: {query: nonce}}')
    query = {"timestamp": "1768464000", "nonce": "zz", "signature": hashlib.sha1(b"1768464000kzz").hexdigest()}  # noqa: S324
    assert isinstance(signer.verify(SECRETS, Incoming("POST", {}, query, b"{}"), NOW), Verified)


def test_a_naked_time_is_one_of_the_connectors_zone() -> None:
    part = '{digest: hmac_sha256, over: "{time}{body}", header: X-Sign, time: {header: X-Time, unit: "yyyyMMddHHmmss"}, window: 1m}'
    signer = declared(sign=part, verify=part)
    sent = signer.sign(SECRETS, Outgoing("POST", "/", body=b"{}"), Moment(NOW, ""))
    assert sent.headers["X-Time"] == "20260115160000"
    event = push(b"{}", X_Time="20260115160000", X_Sign=sent.headers["X-Sign"])
    assert isinstance(signer.verify(SECRETS, event, NOW), Verified)
    assert isinstance(signer.verify(SECRETS, event, NOW + timedelta(seconds=61)), Refused)


def test_the_signature_may_stand_in_the_json_body_among_what_it_covers() -> None:
    part = '{digest: md5_suffix, over: "{sorted_query}&key=", form: HEX, field: sign, time: {field: ts}, id: {field: msg}}'
    signer = declared(sign=part, verify=part)
    body = b'{"b":1.0,"a":"\xe4\xb8\x80","list":[1],"msg":"m1"}'
    sent = signer.sign(SECRETS, Outgoing("POST", "/", body=body), Moment(NOW, "")).body
    expected = hashlib.md5("a=一&b=1.0&msg=m1&ts=1768464000&key=k".encode()).hexdigest().upper()  # noqa: S324
    assert json.loads(sent)["sign"] == expected
    seen = signer.verify(SECRETS, push(sent), NOW)
    assert isinstance(seen, Verified)
    assert (seen.keys, seen.bodies[0]["b"]) == (("m1",), "1.0")
    assert isinstance(signer.verify(SECRETS, push(sent.replace(b"1.0", b"1")), NOW), Refused)


def test_an_xml_push_is_proved_by_its_members() -> None:
    signer = declared(verify='{digest: md5_suffix, over: "{sorted_query}&key=", field: sign}')
    sign = hashlib.md5("no=YT1&state=签收&key=k".encode()).hexdigest()  # noqa: S324
    body = f"<xml><state><![CDATA[签收]]></state><no>YT1</no><empty/><sign>{sign}</sign></xml>".encode()
    seen = signer.verify(SECRETS, push(body), NOW)
    assert isinstance(seen, Verified)
    assert (seen.bodies[0]["state"], seen.bodies[0]["no"]) == ("签收", "YT1")


def test_a_signed_address_brings_what_it_says() -> None:
    part = '{digest: hmac_sha512, over: "{method}\\n{auth.id}\\n{sorted_encoded}", query: sign, without: [v]}'
    signer = declared(id="shop", sign=part, verify=part)
    text = f"GET\nme\na%20b=1&t={quote('张', safe='')}"
    sign = hmac.new(b"k", text.encode(), "sha512").hexdigest()
    query = (("t", "张"), ("a b", "1"), ("v", "2"))
    secrets = {**SECRETS, "id": "me"}
    assert dict(signer.sign(secrets, Outgoing("GET", "/", query), Moment(NOW, "")).query)["sign"] == sign
    seen = signer.verify(secrets, Incoming("GET", {}, {**dict(query), "sign": sign}, b""), NOW)
    assert seen == Verified(({**dict(query), "sign": sign},), ("",))
