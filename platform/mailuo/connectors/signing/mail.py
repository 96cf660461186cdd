"""Mail: headers that cannot be broken out of, and what of them is read back. Source: RFC 5322, 2047, 2231."""

from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from mailuo.connectors.messages import LINE_BREAK
from mailuo.connectors.signing.signer import Json, Moment, Outgoing, Secrets, Unsigned
from mailuo.connectors.signing.way import OneWay


class Mail(OneWay):
    """Mail is not signed: it is built, and read back."""

    name = "mail"
    also = ("smtp",)
    secrets = ("url",)

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request as it is."""
        return request

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """What a reader sees of a mail, and whether its headers keep to ASCII."""
        name = inputs.get("attachment_name")
        mail = built(
            str(inputs["subject"]), str(inputs.get("to", "")), str(inputs.get("text", "")), [str(name)] if name else []
        )
        raw = mail.as_bytes()
        read = message_from_bytes(raw, policy=SMTP)
        lines = raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
        return {
            "decoded_subject": str(read["Subject"]),
            "attachment_names": [
                part.get_filename() for part in read.walk() if part.get_content_disposition() == "attachment"
            ],
            "all_header_lines_ascii": all(line.isascii() for line in lines),
            "max_header_line": max(map(len, lines)),
        }


def built(subject: str, to: str, text: str, attachments: list[str]) -> EmailMessage:
    """A mail of a text with empty attachments of these names; raises Unsigned when a header holds a line break."""
    if any(sign in value for value in (subject, to) for sign in "\r\n"):
        raise Unsigned(LINE_BREAK())
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = subject
    if to:
        shown, address = parseaddr(to)
        mail["To"] = Address(shown, addr_spec=address)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    for name in attachments:
        mail.add_attachment(b"", maintype="application", subtype="octet-stream", filename=name)
    return mail
