"""A mail server that takes every mail and delivers none: RFC 5321, as much of it as a client needs."""

from collections.abc import Mapping
from email import message_from_bytes
from email.policy import SMTP
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock
from typing import Any

_MOST_LINE = 8192
_END = b"."


class MailServer(ThreadingTCPServer):
    """Listens on loopback; what it took stands in `taken`, each mail once by its Message-ID."""

    allow_reuse_address = True
    daemon_threads = True
    address = "SMTP_URL"

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.taken: list[Mapping[str, Any]] = []
        self._ids: set[str] = set()
        self._lock = Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def take(self, receivers: list[str], raw: bytes) -> None:
        """Keeps a mail, unless it was sent before."""
        mail = message_from_bytes(raw, policy=SMTP)
        with self._lock:
            name = str(mail["Message-ID"] or len(self.taken))
            if name not in self._ids:
                self._ids.add(name)
                self.taken.append(
                    {"what": "mail", "to": ",".join(sorted(receivers)), "text": str(mail["Subject"] or "")}
                )


class _Conversation(StreamRequestHandler):
    """One client's session."""

    timeout = 30
    server: MailServer

    def handle(self) -> None:
        """Answers until the client leaves."""
        self._receivers: list[str] = []
        self._say("220 simulated ESMTP")
        while True:
            line = self.rfile.readline(_MOST_LINE)
            if not line:
                return
            word = line[:4].upper().strip()
            if word == b"QUIT":
                self._say("221 bye")
                return
            self._obey(word, line)

    def _obey(self, word: bytes, line: bytes) -> None:
        match word:
            case b"EHLO":
                self._say("250-simulated\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10485760")
            case b"MAIL" | b"RSET":
                self._receivers = []
                self._say("250 ok")
            case b"RCPT":
                self._receivers.append(line.decode("utf-8", "replace").partition("<")[2].partition(">")[0])
                self._say("250 ok")
            case b"DATA":
                self._say("354 go on")
                self.server.take(self._receivers, self._text())
                self._say("250 accepted")
            case b"HELO" | b"NOOP":
                self._say("250 ok")
            case _:
                self._say("502 not known here")

    def _text(self) -> bytes:
        lines: list[bytes] = []
        while True:
            line = self.rfile.readline(_MOST_LINE)
            if not line or line.rstrip(b"\r\n") == _END:
                return b"".join(lines)
            lines.append(line.removeprefix(_END) if line.startswith(b"..") else line)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
