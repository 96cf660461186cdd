"""Signing, by the vendors' own examples: those of the shared folder where it is there, and the published ones here."""

import json
import os
from base64 import b64decode
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailuo.connectors.signing import BY_NAME, SIGNERS
from mailuo.connectors.signing.numbers import parse_numbers_verbatim, written
from mailuo.connectors.signing.signer import Unsigned

DATA = Path(os.environ.get("MAILUO_TEST_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
VECTORS = DATA / "connector_vectors.json"
OTHERS_OWN = {"raw_header_subject_from_nodemailer", "max_header_line", "result"}
"""What another library makes of a header: only the decoded value can be compared."""
METHODS = {"hmac:": "hmac", "hmac-sha256:": "hmac-sha256"}


def vectors() -> list[Any]:
    """The vectors of the shared folder; none where it is absent."""
    return parse_numbers_verbatim(VECTORS.read_text("utf-8")) if VECTORS.is_file() else []


def plain(value: Any) -> Any:
    """A value as JSON would carry it."""
    return json.loads(json.dumps(value))


@pytest.mark.skipif(not VECTORS.is_file(), reason="the connector vectors of the shared folder are not here")
@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: str(vector["id"]))
def test_a_vector_of_the_shared_folder_is_met(vector: Any) -> None:
    signer = BY_NAME[vector["connector"]]
    if "result" in vector["expected"]:
        with pytest.raises(Unsigned, match="CR/LF"):
            signer.explain(vector["secrets"], vector["inputs"])
        return
    told = plain(signer.explain(vector["secrets"], vector["inputs"]))
    method = next((method for start, method in METHODS.items() if vector["operation"].startswith(start)), None)
    if method and "sign_method" not in vector["inputs"]:
        told["sign"] = told["sign_by_method"][method]
    expected = {one["id"]: one["expected"] for one in json.loads(VECTORS.read_text("utf-8"))}[vector["id"]]
    for name in expected.keys() - OTHERS_OWN:
        assert told[name] == expected[name], name


def test_every_scheme_has_one_name_and_says_what_it_needs() -> None:
    names = [name for signer in SIGNERS for name in (signer.name, *signer.also)]
    assert len(names) == len(set(names))
    assert all(signer.secrets for signer in SIGNERS)


@pytest.mark.parametrize(
    ("scheme", "secrets", "inputs"),
    [
        ("kdniao", {"AppKey": "k", "EBusinessID": "1"}, {"RequestData": "{}", "DataSign": "AAAA"}),
        ("top", {"app_secret": "helloworld"}, {"foo": "1", "sign": "66987CB115214E59E6EC978214934FB8"}),
        ("doudian", {"app_key": "a", "app_secret": "b"}, {"headers": {"event-sign": "0"}, "raw_body": "[]"}),
        ("standard_webhooks", {"secret": "whsec_AAAA"}, {"webhook-id": "m", "webhook-timestamp": "1", "payload": "{}", "webhook-signature": "v1,AAAA"}),
        ("github_webhook", {"secret": "s"}, {"raw_body": "x", "X-Hub-Signature-256": "sha256=00"}),
        ("stripe_webhook", {"secret": "s"}, {"raw_body": "x", "Stripe-Signature": "t=1,v1=00"}),
        ("wxpay", {"apiv3_key": "0" * 32}, {"nonce": "a" * 12, "associated_data": "", "ciphertext": "AAAAAAAAAAAAAAAAAAAAAAAA"}),
        ("wecom", {"Token": "t", "EncodingAESKey": "a" * 43, "CorpID": "c"}, {"timestamp": "1", "nonce": "2", "Encrypt": "AAAA", "msg_signature": "00"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(scheme: str, secrets: dict[str, str], inputs: dict[str, Any]) -> None:
    with pytest.raises(Unsigned):
        BY_NAME[scheme].explain(secrets, inputs)


@pytest.mark.parametrize("length", range(60, 100))
def test_a_sealed_message_of_any_length_opens_again(length: int) -> None:
    wecom = BY_NAME["wecom"]
    secrets = {"Token": "t", "EncodingAESKey": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "CorpID": "ww1"}
    message = "椅" * (length // 3) + "x" * (length % 3)
    sealed = wecom.explain(secrets, {"message": message, "random16": "1" * 16, "timestamp": "1", "nonce": "n"})
    opened = wecom.explain(
        secrets,
        {"Encrypt": sealed["Encrypt"], "timestamp": "1", "nonce": "n", "msg_signature": sealed["msg_signature"]},
    )
    assert opened["plaintext"] == message


def test_a_message_for_another_receiver_is_refused() -> None:
    wecom = BY_NAME["wecom"]
    secrets = {"Token": "t", "EncodingAESKey": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "CorpID": "ww1"}
    sealed = wecom.explain(secrets, {"message": "x", "random16": "1" * 16, "timestamp": "1", "nonce": "n"})
    with pytest.raises(Unsigned, match="another receiver"):
        wecom.explain({**secrets, "CorpID": "ww2"}, {"Encrypt": sealed["Encrypt"], "timestamp": "1", "nonce": "n"})


def test_a_number_of_a_declaration_is_written_as_a_number() -> None:
    assert (
        written({"sort": Decimal(0), "big": Decimal("1E+3"), "price": Decimal("4980.00")})
        == '{"sort":0,"big":1000,"price":4980.00}'
    )


def test_parameters_that_are_null_are_left_out_as_empty_ones_are() -> None:
    blank = BY_NAME["top"].explain({"app_secret": "s"}, {"method": "m", "memo": None, "flag": 0, "note": "", "all": True})
    assert blank["string_to_sign"] == "alltrueflag0methodm"


def test_a_push_in_plain_mode_is_signed_by_token_time_and_nonce() -> None:
    told = BY_NAME["weapp"].explain({"Token": "token"}, {"timestamp": "10", "nonce": "9"})
    assert told == {"signature": "e51440c176df4d7ec2a15bdf9aad3271d57962d5"}
    with pytest.raises(Unsigned):
        BY_NAME["weapp"].explain({"Token": "token"}, {"timestamp": "10", "nonce": "8", **told})


def test_a_call_to_the_pay_platform_is_signed_whatever_its_secrets_are_called() -> None:
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    secrets = {"mch_id": "1900000001", "merchant_serial_no": "S1", "platform_serial_no": "P1", "merchant_private_key_pem": pem}
    told = BY_NAME["wxpay"].explain(secrets, {"method": "post", "url": "/v3/a?b=%E6%A1%8C", "timestamp": 1, "nonce": "n", "raw_body": "{}"})
    assert told["message"] == "POST\n/v3/a?b=%E6%A1%8C\n1\nn\n{}\n"
    key.public_key().verify(b64decode(told["signature"]), told["message"].encode(), PKCS1v15(), SHA256())
    assert 'mchid="1900000001"' in told["Authorization"]
    assert 'serial_no="S1"' in told["Authorization"]
