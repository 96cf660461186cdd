"""Signing: how each outside system proves who calls whom. `SIGNERS` is the one list of schemes."""

from mailuo.connectors.signing.doudian import Doudian
from mailuo.connectors.signing.github import GithubWebhook
from mailuo.connectors.signing.kdniao import Kdniao
from mailuo.connectors.signing.kingdee import Kingdee
from mailuo.connectors.signing.mail import Mail
from mailuo.connectors.signing.signer import Refused, Seen, Signer, Unreadable, Verified
from mailuo.connectors.signing.standard import StandardWebhook
from mailuo.connectors.signing.stripe import StripeWebhook
from mailuo.connectors.signing.top import Top
from mailuo.connectors.signing.weapp import Weapp
from mailuo.connectors.signing.wecom import Wecom
from mailuo.connectors.signing.wxpay import Wxpay

SIGNERS: tuple[Signer, ...] = (
    Kdniao(),
    Kingdee(),
    Wecom(),
    Weapp(),
    Wxpay(),
    Top(),
    Doudian(),
    Mail(),
    StandardWebhook(),
    GithubWebhook(),
    StripeWebhook(),
)
"""Every scheme."""

BY_NAME = {name: signer for signer in SIGNERS for name in (signer.name, *signer.also)}
"""The schemes by every name that they are known by."""

__all__ = ["BY_NAME", "SIGNERS", "Refused", "Seen", "Signer", "Unreadable", "Verified"]
