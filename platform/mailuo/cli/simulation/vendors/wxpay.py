"""WeChat Pay v3: signed and encrypted notices of payments and refunds, and signed answers to questions about them."""

import itertools
import secrets as random_secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mailuo.cli.simulation.vendors.vendor import BEIJING, Answer, Asked, News, Push, in_cents, nested, written
from mailuo.connectors.signing.digests import base64

_KEY_BITS = 2048
_LIFE = timedelta(days=365)
_TYPES = {"SUCCESS": "TRANSACTION.SUCCESS", "REFUND": "REFUND.SUCCESS"}
_BOUND = {"SUCCESS": "transaction", "REFUND": "refund"}
_QUESTION = "/v3/pay/transactions/out-trade-no/"


class Wxpay:
    """The payment platform; its key is made for the run, so a certificate that is given beforehand is of no use to it."""

    name = "wxpay"
    address = "WXPAY_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        merchant = generate_private_key(65537, _KEY_BITS)
        self._key = generate_private_key(65537, _KEY_BITS)
        certificate = _certificate(self._key)
        self._serial = f"{certificate.serial_number:X}"
        self.environment = {
            "WXPAY_MCH_ID": given.get("WXPAY_MCH_ID") or "1900000001",
            "WXPAY_API_V3_KEY": given.get("WXPAY_API_V3_KEY") or random_secrets.token_hex(16),
            "WXPAY_SERIAL": given.get("WXPAY_SERIAL") or random_secrets.token_hex(20).upper(),
            "WXPAY_PRIVATE_KEY": merchant.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "WXPAY_PLATFORM_CERT": certificate.public_bytes(Encoding.PEM).decode(),
        }
        self._paid: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._run = random_secrets.token_hex(6)
        self.taken: list[Mapping[str, Any]] = []

    def hear(self, news: News) -> None:
        """A payment, or its refund."""
        time = news.at.astimezone(BEIJING).isoformat(timespec="seconds")
        paid = self._paid.setdefault(news.key, {"mchid": self.environment["WXPAY_MCH_ID"], "out_trade_no": news.key})
        paid |= nested(news.values) | {"trade_state": news.word, "success_time": time}
        paid.setdefault("transaction_id", f"42{next(self._numbers):026}")
        cents = in_cents(news.values.get("amount", 0))
        paid["amount"] = {"total": cents, "payer_total": cents, "currency": "CNY", "payer_currency": "CNY"}
        if news.word == "REFUND":
            paid |= {"refund_status": "SUCCESS", "refund_id": f"50{next(self._numbers):026}"}

    def push(self, news: News, now: datetime) -> Push:
        """The notice, encrypted and signed."""
        nonce, bound = random_secrets.token_hex(6), _BOUND.get(news.word, "transaction")
        sealed = AESGCM(self.environment["WXPAY_API_V3_KEY"].encode()).encrypt(
            nonce.encode(), written(self._paid[news.key]), bound.encode()
        )
        resource = {"original_type": bound, "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64(sealed)}
        notice = {"id": f"{self._run}-{next(self._numbers)}", "create_time": now.astimezone(BEIJING).isoformat()}
        notice |= {"event_type": _TYPES.get(news.word, _TYPES["SUCCESS"]), "resource_type": "encrypt-resource"}
        body = written(
            {**notice, "resource": {**resource, "associated_data": bound, "nonce": nonce}, "summary": "成功"}
        )
        return Push(body, self._signed(body, now, self._key))

    def forged(self, push: Push) -> Push:
        """The same, signed with a key of one's own."""
        return Push(push.body, self._signed(push.body, datetime.now(UTC), generate_private_key(65537, _KEY_BITS)))

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """What became of a payment; signed as well."""
        if not asked.headers.get("authorization", "").startswith("WECHATPAY2-SHA256-RSA2048 "):
            return Answer({"code": "SIGN_ERROR", "message": "签名错误"}, 401)
        paid = self._paid.get(asked.path.removeprefix(_QUESTION))
        if paid is None or not asked.path.startswith(_QUESTION):
            return Answer({"code": "ORDER_NOT_EXIST", "message": "不存在"}, 404)
        return Answer(paid, headers=self._signed(written(paid), now, self._key))

    def _signed(self, body: bytes, now: datetime, key: RSAPrivateKey) -> dict[str, str]:
        seconds, nonce = str(int(now.timestamp())), random_secrets.token_hex(16)
        text = f"{seconds}\n{nonce}\n".encode() + body + b"\n"
        return {
            "Content-Type": "application/json",
            "Wechatpay-Timestamp": seconds,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": self._serial,
            "Wechatpay-Signature": base64(key.sign(text, PKCS1v15(), SHA256())),
        }


def _certificate(key: RSAPrivateKey) -> x509.Certificate:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulated")]), datetime.now(UTC)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        .sign(key, SHA256())
    )
