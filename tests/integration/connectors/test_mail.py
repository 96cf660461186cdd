"""Mail, handed to a server on loopback that is told what to refuse."""

import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailuo.connectors.addresses import Target
from mailuo.connectors.mail import Post
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office

ZONE = ZoneInfo("Asia/Shanghai")
MAIL = """\
connector: letters
title: 邮件
auth: {scheme: mail, url: "${LETTERS_URL}", from: "${LETTERS_FROM:-脉络 <office@example.com>}"}
delivers: {via: email}
"""
VALUES = {"to": ["张三 <zhang@example.com>", "li@example.com"], "cc": ["wang@example.com"], "subject": "超时预警", "text": "停了两小时", "url": "https://mailuo.example/o/1"}


@dataclass
class Sink:
    """A mail server: what it got, and what it refuses by the command."""

    port: int = 0
    refuses: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    drops_after_data: bool = False
    tls: ssl.SSLContext | None = None
    tls_first: bool = False

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'smtps' if self.tls_first else 'smtp'}://127.0.0.1:{self.port}"


@contextmanager
def running(sink: Sink) -> Iterator[Sink]:
    """A mail server, as long as it lasts."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                self._talk()
            finally:
                self.connection.close()

        def _talk(self) -> None:
            if sink.tls is not None and sink.tls_first:
                self._secure()
            self._say("220 ready")
            receivers: list[str] = []
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                sink.commands.append(line.split()[0].upper())
                refusal = next((said for start, said in sink.refuses.items() if line.upper().startswith(start.upper())), None)
                if refusal is not None:
                    self._say(refusal)
                elif line.upper().startswith("EHLO"):
                    offers = [] if sink.tls is None or sink.tls_first else ["STARTTLS"]
                    self.wfile.write("".join(f"250-{each}\r\n" for each in ["sink", *offers]).encode() + b"250 AUTH PLAIN LOGIN\r\n")
                elif line.upper() == "STARTTLS":
                    self._say("220 go on")
                    self._secure()
                elif line.upper().startswith("AUTH"):
                    self._say("235 fine")
                elif line.upper().startswith("RCPT"):
                    receivers.append(line.split("<")[1].split(">")[0])
                    self._say("250 fine")
                elif line.upper() == "DATA":
                    self._say("354 go on")
                    raw = self._data()
                    if sink.drops_after_data:
                        return
                    sink.mails.append((receivers, message_from_bytes(raw, policy=SMTP)))
                    self._say("250 queued")
                elif line.upper() == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 fine")

        def _data(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            return b"".join(lines)

        def _secure(self) -> None:
            assert sink.tls is not None
            secure = self.connection = sink.tls.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
            secure.do_handshake()
            self.rfile, self.wfile = secure.makefile("rb"), secure.makefile("wb", 0)  # type: ignore[assignment]

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is no fault here."""

    with Server(("127.0.0.1", 0), Handler) as server:
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield sink
        server.shutdown()
        thread.join()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that takes everything."""
    with running(Sink()) as sink:
        yield sink


def post(sink: Sink, tls: ssl.SSLContext | None = None, login: str = "") -> Post:
    """A way to that server."""
    url = sink.url.replace("://", f"://{login}")
    return Post(url, lambda target: target.host, ZONE, "脉络 <office@example.com>", tls)


def test_a_mail_reaches_those_it_is_for_and_those_it_is_copied_to(sink: Sink) -> None:
    outcome = post(sink).send(VALUES, "call-1", NOW, 5)
    receivers, mail = sink.mails[0]
    assert (outcome.kind, receivers) == ("ok", ["zhang@example.com", "li@example.com", "wang@example.com"])
    assert (mail["Subject"], mail["Message-ID"], mail["Auto-Submitted"]) == ("超时预警", "<call-1@127.0.0.1>", "auto-generated")
    assert (mail["Cc"], mail["Date"]) == ("wang@example.com", "Thu, 15 Jan 2026 09:00:00 +0800")
    assert mail.get_content().split() == ["停了两小时", "https://mailuo.example/o/1"]


@pytest.mark.parametrize(
    ("refuses", "kind"),
    [
        ({"RCPT TO:<li": "550 no such user"}, "partial"),
        ({"RCPT": "550 no such user"}, "fatal"),
        ({"RCPT": "450 busy"}, "retry"),
        ({"MAIL": "452 full"}, "wait"),
        ({"MAIL": "550 Connection frequency limited"}, "wait"),
        ({"DATA": "554 spam"}, "fatal"),
        ({"AUTH": "535 wrong password"}, "fatal"),
        ({"EHLO": "421 away", "HELO": "421 away"}, "wait"),
    ],
)
def test_a_refusal_means_what_its_code_says(sink: Sink, refuses: Mapping[str, str], kind: str) -> None:
    sink.refuses = dict(refuses)
    outcome = post(sink, login="office:pw@" if "AUTH" in refuses else "").send(VALUES, "call-1", NOW, 5)
    assert outcome.kind == kind
    if kind == "partial":
        assert outcome.body == {"refused": {"li@example.com": "550 no such user"}}


def test_a_connection_that_breaks_off_leaves_it_open_and_the_same_id_goes_again(sink: Sink) -> None:
    sink.drops_after_data = True
    outcome = post(sink).send(VALUES, "call-1", NOW, 5)
    assert (outcome.kind, outcome.unknown) == ("retry", True)
    sink.drops_after_data = False
    post(sink).send(VALUES, "call-1", NOW, 5)
    assert sink.mails[0][1]["Message-ID"] == "<call-1@127.0.0.1>"


@pytest.mark.parametrize("name", ["subject", "to", "cc"])
def test_a_header_that_would_break_out_of_its_line_is_not_sent(sink: Sink, name: str) -> None:
    outcome = post(sink).send({**VALUES, name: "a@example.com\r\nBcc: thief@example.com"}, "call-1", NOW, 5)
    assert (outcome.kind, sink.mails) == ("fatal", [])


def test_a_mail_without_a_receiver_is_not_sent(sink: Sink) -> None:
    assert post(sink).send({"subject": "x", "text": "y"}, "call-1", NOW, 5).kind == "fatal"


@pytest.mark.parametrize("tls_first", [False, True])
def test_it_goes_over_tls_and_certificates_are_checked_against_the_name(tmp_path: Path, tls_first: bool) -> None:
    server, client = certificates(tmp_path)
    with running(Sink(tls=server, tls_first=tls_first)) as sink:
        assert post(sink, client, "office%40example.com:p%40ss@").send(VALUES, "call-1", NOW, 5).kind == "ok"
        assert "AUTH" in sink.commands
        assert ("STARTTLS" in sink.commands) is not tls_first
        distrusting = post(sink).send(VALUES, "call-2", NOW, 5)
        assert (distrusting.kind, len(sink.mails)) == ("retry", 1)


def test_a_connector_for_mail_sends_what_it_is_called_to_send(open_office, sink: Sink) -> None:
    office: Office = open_office({"LETTERS_URL": sink.url}, letters=MAIL)
    call = office.call("send", "letters", **VALUES)
    office.work()
    assert office.rows(system.call, id=call)[0].state == "ok"
    assert sink.mails[0][1]["Message-ID"] == f"<{call}@127.0.0.1>"
    assert sink.mails[0][1]["From"] == "脉络 <office@example.com>"


def certificates(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's certificate for loopback, and a client that trusts it."""
    key, name = generate_private_key(65537, 2048), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sink")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = builder.add_extension(names, critical=False).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    path = folder / "sink.pem"
    path.write_bytes(pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())


def test_the_address_of_a_mail_server_is_tested_like_any_other() -> None:
    def refused(target: Target) -> str:
        raise AssertionError(target)

    assert Post("ftp://example.com", refused, ZONE).send(VALUES, "call-1", NOW, 1).kind == "fatal"
