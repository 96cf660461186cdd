"""Mail: messages handed to a mail server over SMTP, TLS from the start or by STARTTLS, and what its replies mean.

Accepted is not delivered. A connection that breaks off after the text leaves it open whether the mail went out: the same
`Message-ID` goes with each attempt, so that a doubled mail can be told.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from mailuo.base.reasons import Failure
from mailuo.connectors.addresses import Target, Unreachable, target_of
from mailuo.connectors.client import NoAnswer
from mailuo.connectors.messages import (
    BROKEN_HEADER,
    MAIL_BROKEN_OFF,
    NO_RECEIVER,
    NOT_A_MAIL_ADDRESS,
    NOT_OFFERED,
    PARTLY,
)
from mailuo.connectors.outcome import Outcome, answered
from mailuo.formulas.outside import text_of

_HELLO = "mailuo.invalid"
_QUOTA = frozenset({421, 452})
_QUOTA_WAIT = timedelta(minutes=30)
_LIMITED = ("limit", "frequen", "too many", "频率", "超限", "限制")
_BREAKS = frozenset("\r\n\0")
Addressed = Callable[[Target], str]
"""The tested address of a server."""


class BadMail(Failure):
    """The mail cannot be written; the text says why."""


@dataclass(frozen=True)
class Post:
    """A mail server, as its address says: `smtp://user:password@host:port`, or `smtps://…`."""

    url: str
    addressed: Addressed
    zone: ZoneInfo
    sender: str = ""
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        """Nothing of its address."""
        return "Post(…)"

    def send(self, values: Mapping[str, Any], name: str, now: datetime, seconds: float) -> Outcome:
        """What became of a mail of these values; `name` stays the same when it is sent again."""
        parts = urlsplit(self.url)
        try:
            target = target_of(self.url, mail=True)
            mail = written_mail(values, self._sender(parts.username), f"<{name}@{target.host}>", now.astimezone(self.zone))
            receivers = [*_addresses(values.get("to")), *_addresses(values.get("cc"))]
            refused = self._hand_over(target, mail, receivers, (parts.username, parts.password), seconds)
        except (BadMail, Unreachable) as bad:
            return Outcome("fatal", bad.why)
        except NoAnswer as silence:
            return Outcome("retry", silence.why, unknown=True)
        except smtplib.SMTPException as error:
            return _meaning(error)
        except OSError:
            return Outcome("retry", MAIL_BROKEN_OFF(), unknown=True)
        if refused:
            said = ", ".join(f"{to} ({code})" for to, (code, _) in refused.items())
            told = {to: f"{code} {reply.decode('utf-8', 'replace')}" for to, (code, reply) in refused.items()}
            return Outcome("partial", PARTLY(said=said), 250, {"refused": told})
        return Outcome("ok", status=250)

    def _sender(self, user: str | None) -> str:
        name = unquote(user or "")
        return self.sender or (name if "@" in name else f"mailuo@{urlsplit(self.url).hostname}")

    def _hand_over(
        self,
        target: Target,
        mail: EmailMessage,
        receivers: Sequence[str],
        login: tuple[str | None, str | None],
        seconds: float,
    ) -> Mapping[str, tuple[int, bytes]]:
        """The receivers that were refused while others were accepted."""
        tls = self.tls or ssl.create_default_context()
        address = self.addressed(target)
        with _connected(target, address, tls, seconds) as server:
            server.ehlo_or_helo_if_needed()
            if target.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=tls)
                server.ehlo_or_helo_if_needed()
            user, password = login
            if user is not None:
                server.login(unquote(user), unquote(password or ""))
            bare = [parseaddr(each)[1] for each in receivers]
            return server.send_message(mail, parseaddr(str(mail["From"]))[1], bare)


def written_mail(values: Mapping[str, Any], sender: str, message_id: str, now: datetime) -> EmailMessage:
    """The mail; raises BadMail where a header would break out of its line, or nobody is addressed."""
    to, copies = _addresses(values.get("to")), _addresses(values.get("cc"))
    if not to and not copies:
        raise BadMail(NO_RECEIVER())
    subject = text_of(values.get("subject")) or text_of(values.get("title")) or ""
    if any(not _BREAKS.isdisjoint(each) for each in (subject, sender, *to, *copies)):
        raise BadMail(BROKEN_HEADER())
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject
    mail["From"] = _address(sender)
    for name, receivers in (("To", to), ("Cc", copies)):
        if receivers:
            mail[name] = [_address(each) for each in receivers]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    text, url = text_of(values.get("text")) or "", text_of(values.get("url"))
    mail.set_content(f"{text}\n\n{url}\n" if url and url not in text else f"{text}\n")
    return mail


def _connected(target: Target, address: str, tls: ssl.SSLContext, seconds: float) -> smtplib.SMTP:
    """A connection to the tested address; certificates are checked against the name."""
    if target.scheme == "smtps":
        server: smtplib.SMTP = _PinnedTls(address, target.host, tls, seconds)
    else:
        server = _Pinned(address, seconds)
    try:
        server._host = target.host  # type: ignore[attr-defined]  # the name that STARTTLS checks certificates against
        code, said = server.connect(target.host, target.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
    except BaseException:
        server.close()
        raise
    return server


class _Pinned(smtplib.SMTP):
    """Connects to the address that was tested, whatever the name says by now."""

    def __init__(self, address: str, seconds: float) -> None:
        self._address = address
        super().__init__(local_hostname=_HELLO, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _PinnedTls(_Pinned):
    """The same, with TLS from the start."""

    def __init__(self, address: str, name: str, tls: ssl.SSLContext, seconds: float) -> None:
        self._name = name
        self._tls = tls
        super().__init__(address, seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._tls.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=self._name)


def _meaning(error: smtplib.SMTPException) -> Outcome:
    """What a refusal means: 4xx later, 5xx never, a quota used up much later, whatever its code."""
    code, said = _reply(error)
    if code is None:
        return Outcome("retry", MAIL_BROKEN_OFF(), unknown=True)
    reason = NOT_OFFERED() if isinstance(error, smtplib.SMTPNotSupportedError) else answered("SMTP", code, said)
    if code in _QUOTA or any(word in said.lower() for word in _LIMITED):
        return Outcome("wait", reason, code, wait_for=_QUOTA_WAIT)
    return Outcome("retry" if 400 <= code < 500 else "fatal", reason, code)


def _reply(error: smtplib.SMTPException) -> tuple[int | None, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = sorted(error.recipients.values(), key=lambda reply: reply[0])
        return (replies[0][0], replies[0][1].decode("utf-8", "replace")) if replies else (None, "")
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return error.smtp_code, said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return 500, ""
    return None, ""


def _addresses(value: object) -> list[str]:
    items: Iterable[object] = value if isinstance(value, (list, tuple)) else (text_of(value) or "").replace(";", ",").split(",")
    return list(dict.fromkeys(text for each in items if (text := (text_of(each) or "").strip(" "))))


def _address(text: str) -> Address:
    shown, address = parseaddr(text)
    try:
        return Address(shown, addr_spec=address)
    except (ValueError, IndexError):
        raise BadMail(NOT_A_MAIL_ADDRESS(found=text[:60])) from None
