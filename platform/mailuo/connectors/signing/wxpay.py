"""WeChat Pay v3: RSA-SHA256 over lines, and AES-256-GCM for what a notice holds; v2 for old notices.

Source: pay.weixin.qq.com, 4019605946 and the guides to signing and verifying.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from mailuo.connectors.messages import NO_KEY, NO_OBJECT, NOT_DECRYPTED, NOT_FITTING, NOT_NEAR, NOT_READ, NOT_RSA
from mailuo.connectors.signing.canonical import as_texts, query_on_the_wire, sorted_query
from mailuo.connectors.signing.digests import DIGESTS, base64, plain
from mailuo.connectors.signing.numbers import parse_numbers_verbatim
from mailuo.connectors.signing.signer import (
    Incoming,
    Json,
    Moment,
    Outgoing,
    Refused,
    Secrets,
    Seen,
    Unreadable,
    Unsigned,
    Verified,
)
from mailuo.connectors.signing.way import json_failure

_WINDOW_SECONDS = 300
_PROBE = "WECHATPAY/SIGNTEST/"
_SCHEME = "WECHATPAY2-SHA256-RSA2048"


class Wxpay:
    """Signs calls to, and proves notices of, WeChat Pay."""

    name = "wxpay"
    also = ("wechatpay_v3",)
    secrets = ("id", "key", "serial", "private_key", "platform_cert")
    verifies = True

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with its `Authorization`."""
        url = f"{request.path}?{query_on_the_wire(request.query)}" if request.query else request.path
        seconds = str(int(moment.now.timestamp()))
        signature = _signed(
            secrets["private_key"], _lines(request.method, url, seconds, moment.nonce, request.body.decode())
        )
        header = _authorization(secrets["id"], moment.nonce, signature, seconds, secrets["serial"])
        headers = {**request.headers, "Authorization": header, "Accept": "application/json"}
        return Outgoing(request.method, request.path, request.query, request.form, request.body, headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The decrypted resource of a notice that is signed, and not older than five minutes."""
        headers = event.headers
        seconds = headers.get("wechatpay-timestamp", "")
        if not seconds.isdecimal() or abs(int(seconds) - now.timestamp()) > _WINDOW_SECONDS:
            return Refused(NOT_NEAR(what="Wechatpay-Timestamp"))
        key = _platform_key(
            secrets["platform_cert"], headers.get("wechatpay-serial", ""), secrets.get("serial_of_key", "")
        )
        if key is None:
            return Refused(NO_KEY(what="Wechatpay-Serial"))
        if not _proved(key, headers, event.body):
            return Refused(NOT_FITTING(what="Wechatpay-Signature"))
        return self.read(secrets, event)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """The decrypted resource of a notice."""
        notice = parse_numbers_verbatim(event.body)
        resource = notice.get("resource") if isinstance(notice, dict) else None
        if not isinstance(resource, dict) or not resource.keys() >= {"ciphertext", "nonce"}:
            return Unreadable(NO_OBJECT(what="resource"))
        try:
            body = parse_numbers_verbatim(opened(secrets["key"], resource))
        except Unsigned as refused:
            return Refused(refused.why)
        return Unreadable(NOT_READ()) if body is None else Verified((body,), (str(notice.get("id") or ""),))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """The vendor's failure form."""
        return json_failure(401, {"code": "FAIL", "message": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """What a resource says, whether a notice is proved, how a call is signed, or the signs of version 2."""
        if "ciphertext" in inputs:
            return {"plaintext": opened(str(secrets.get("apiv3_key") or secrets["key"]), inputs)}
        if "method" in inputs:
            return _call(secrets, inputs)
        if "raw_body" in inputs:
            return _notice(secrets, inputs)
        values = as_texts({key: value for key, value in inputs.items() if key != "sign"})
        text = f"{sorted_query(values)}&key={secrets['key']}"
        key = str(secrets["key"]).encode()
        return {
            "md5": plain("md5")(b"", text.encode()).hex().upper(),
            "hmac_sha256": DIGESTS["hmac_sha256"](key, text.encode()).hex().upper(),
        }


def opened(key: str, resource: Json) -> str:
    """The text of an encrypted resource; raises Unsigned when it was touched or the key is another."""
    try:
        sealed = b64decode(str(resource["ciphertext"]), validate=True)
        nonce, bound = str(resource["nonce"]).encode(), str(resource.get("associated_data") or "").encode()
        return AESGCM(key.encode()).decrypt(nonce, sealed, bound).decode()
    except (InvalidTag, NotBase64, ValueError):
        raise Unsigned(NOT_DECRYPTED()) from None


def _notice(secrets: Json, inputs: Json) -> Json:
    headers = {name.lower(): str(value) for name, value in dict(inputs["headers"]).items()}
    pem = _named(secrets, "platform_cert", "BEGIN PUBLIC KEY", "BEGIN CERTIFICATE")
    named = str(secrets.get("platform_key_id") or secrets.get("platform_serial_no") or "")
    key = _platform_key(pem, headers.get("wechatpay-serial", ""), named)
    body = str(inputs["raw_body"])
    if key is None or not _proved(key, headers, body.encode()):
        raise Unsigned(NOT_FITTING(what="Wechatpay-Signature"))
    told: dict[str, object] = {"valid": True, "reply": "HTTP 200 or 204 (empty body is fine)"}
    notice = parse_numbers_verbatim(body)
    if isinstance(notice, dict) and "resource" in notice:
        told["plaintext"] = opened(str(secrets.get("apiv3_key") or secrets["key"]), notice["resource"])
    return told


def _named(secrets: Json, name: str, *marks: str) -> str:
    """The secret of a name, or the one that is such a key by what it says, whatever it is called."""
    found = (str(value) for value in secrets.values() if any(mark in str(value) for mark in marks))
    return str(secrets[name]) if name in secrets else next(found, "") or str(secrets[name])


def _call(secrets: Json, inputs: Json) -> Json:
    url = str(inputs.get("url") or inputs.get("path_and_query") or inputs["path"])
    nonce = str(inputs.get("nonce_str") or inputs["nonce"])
    seconds = str(inputs["timestamp"])
    text = _lines(str(inputs["method"]), url, seconds, nonce, str(inputs.get("body") or inputs.get("raw_body") or ""))
    signature = _signed(_named(secrets, "private_key", "PRIVATE KEY"), text)
    mchid = str(secrets.get("mchid") or secrets.get("mch_id") or "")
    serial = next((str(value) for name, value in secrets.items() if "serial" in name and "platform" not in name), "")
    header = _authorization(mchid, nonce, signature, seconds, serial)
    return {"message": text, "signature": signature, "Authorization": header}


def _lines(method: str, url: str, seconds: str, nonce: str, body: str) -> str:
    return "".join(f"{line}\n" for line in (method.upper(), url, seconds, nonce, body))


def _authorization(mchid: str, nonce: str, signature: str, seconds: str, serial: str) -> str:
    members = {"mchid": mchid, "nonce_str": nonce, "signature": signature, "timestamp": seconds, "serial_no": serial}
    return f"{_SCHEME} " + ",".join(f'{name}="{value}"' for name, value in members.items())


def _signed(pem: str, text: str) -> str:
    key = load_pem_private_key(_pem(pem), None)
    if not isinstance(key, RSAPrivateKey):
        raise Unsigned(NOT_RSA())
    return base64(key.sign(text.encode(), PKCS1v15(), SHA256()))


def _proved(key: RSAPublicKey, headers: Json, body: bytes) -> bool:
    """Whether the platform signed it; its probes bear a signature that must fail."""
    given = str(headers.get("wechatpay-signature", ""))
    lines = (str(headers.get(f"wechatpay-{name}", "")) for name in ("timestamp", "nonce"))
    text = "".join(f"{line}\n" for line in lines).encode() + body + b"\n"
    if given.startswith(_PROBE):
        return False
    try:
        key.verify(b64decode(given, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return True


def _platform_key(pem: str, serial: str, named: str) -> RSAPublicKey | None:
    """The platform's key, if it is the one named; a certificate's own serial counts."""
    raw = _pem(pem)
    if b"BEGIN CERTIFICATE" in raw:
        certificate = load_pem_x509_certificate(raw)
        named, key = f"{certificate.serial_number:X}", certificate.public_key()
        fits = serial.lstrip("0").upper() == named
    else:
        key = load_pem_public_key(raw)  # type: ignore[assignment]  # any kind; only RSA is returned
        fits = not named or serial == named
    return key if fits and isinstance(key, RSAPublicKey) else None


def _pem(text: str) -> bytes:
    """PEM text, or the text of the file that a path names."""
    return text.encode() if "-----BEGIN" in text else Path(text).read_bytes()
