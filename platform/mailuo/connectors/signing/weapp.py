"""WeChat mini-programs: a token in the query; user data by SHA-1 and AES-128-CBC; pushes in Tencent's envelope.

Source: developers.weixin.qq.com, open ability signature.
"""

import json
from base64 import b64decode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC

from mailuo.connectors.messages import FOR_ANOTHER, NOT_DECRYPTED, NOT_FITTING_SIGNATURE
from mailuo.connectors.signing.digests import DIGESTS, same
from mailuo.connectors.signing.signer import Json, Moment, Outgoing, Secrets, Unsigned
from mailuo.connectors.signing.tencent import msg_signature
from mailuo.connectors.signing.way import OneWay
from mailuo.connectors.signing.wecom import Wecom


class Weapp(OneWay):
    """Puts the token of a sign-in into calls."""

    name = "weapp"
    also = ("wechat_miniprogram",)
    secrets = ("id", "secret")

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with `access_token` in its query, once there is one."""
        return Wecom().sign(secrets, request, moment)

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """The signature of `rawData`, the decrypted user data, or a push, plain or sealed."""
        if "rawData" in inputs:
            return _raw_data(str(secrets["session_key"]), inputs)
        if "encryptedData" in inputs:
            return {"plaintext_json": _user_data(secrets, inputs)}
        if not inputs.keys() & {"message", "Encrypt", "echostr", "text"}:
            return _plain_push(secrets, inputs)
        return Wecom().explain(secrets, inputs)


def _plain_push(secrets: Json, inputs: Json) -> Json:
    """A push in plain mode signs no more than the token, the time and the nonce."""
    signature = msg_signature(str(secrets["Token"]), str(inputs["timestamp"]), str(inputs["nonce"]), "")
    if "signature" in inputs and not same(str(inputs["signature"]), signature):
        raise Unsigned(NOT_FITTING_SIGNATURE())
    return {"signature": signature}


def _raw_data(session_key: str, inputs: Json) -> Json:
    signature = DIGESTS["sha1_suffix"](session_key.encode(), str(inputs["rawData"]).encode()).hex()
    if "signature" in inputs and not same(str(inputs["signature"]), signature):
        raise Unsigned(NOT_FITTING_SIGNATURE())
    return {"signature": signature}


def _user_data(secrets: Json, inputs: Json) -> Json:
    try:
        decryptor = Cipher(
            AES128(b64decode(str(secrets["session_key"]))), CBC(b64decode(str(inputs["iv"])))
        ).decryptor()
        padded = decryptor.update(b64decode(str(inputs["encryptedData"]))) + decryptor.finalize()
        told: Json = json.loads(padded[: -padded[-1]])
    except (ValueError, IndexError):
        raise Unsigned(NOT_DECRYPTED()) from None
    if "appid" in secrets and told.get("watermark", {}).get("appid") != secrets["appid"]:
        raise Unsigned(FOR_ANOTHER())
    return told
