"""Listening: the pages and the API behind a threaded server, and the background beside them."""

import logging
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from types import FrameType
from typing import Any, cast

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http import message

from mailuo.app import Application
from mailuo.automations.streams import MOST_STREAMS
from mailuo.base import garbage
from mailuo.base.problems import Refusal
from mailuo.cli.messages import NO_WEB, PORT_TAKEN

THREADS = 2 * MOST_STREAMS
"""Of a process: each open stream of events holds one, and as many are left for everything else."""
TURN_SECONDS = 0.001
"""How long a thread of a process that only answers may compute while another wants to: short answers wait behind no long one."""
GRACE_SECONDS = 10
"""How long requests that are under way may take to end with their process."""
_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_KEEP_ALIVE_SECONDS = 30
_LONGEST_LINE = 131_072
"""Bytes: room for 500 ids, and for a formula of 10,000 characters of Chinese, percent-encoded."""
Wsgi = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        """The address as a server is told it; an IPv6 one stands in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address for a browser."""
        return f"http://{self.bind}"


def web() -> Callable[[Application], Wsgi]:
    """What makes the pages and the API of an application: found by name, for the engine imports nothing above it."""
    for entry in entry_points(group="mailuo.web", name="application"):
        return cast("Callable[[Application], Wsgi]", entry.load())
    raise Refusal(NO_WEB())


def check_free(address: Address) -> None:
    """Refuses an address at which nobody can listen."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise Refusal(PORT_TAKEN(host=address.host, port=address.port, why=error.strerror)) from None


def listen(application: Application, pages: Wsgi, address: Address, processes: int) -> None:
    """Serves until a signal says to stop; each process has a background of its own."""
    garbage.settle()
    _Server(application, pages, address, processes).run()


class _Log(Logger):
    """Hands the server's log to the process's own; warnings and worse."""

    def setup(self, cfg: Config) -> None:
        """Takes the handlers away that the server would write to."""
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = True
            log.setLevel(logging.WARNING)


class _Server(BaseApplication):
    """Gunicorn as a library: one application, made before it forks, with the background begun after."""

    def __init__(self, application: Application, pages: Wsgi, address: Address, processes: int) -> None:
        self._application = application
        self._pages = pages
        self._address = address
        self._processes = processes
        super().__init__()

    def load_config(self) -> None:
        """Tells the server how to serve; it reads no file and no environment of its own."""
        message.MAX_REQUEST_LINE = _LONGEST_LINE  # type: ignore[misc] # the option allows no more than this constant
        settings = {
            "bind": [self._address.bind],
            "workers": self._processes,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            "control_socket_disable": True,
            "keepalive": _KEEP_ALIVE_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": _LONGEST_LINE,
            "logger_class": _Log,
            "accesslog": None,
            "forwarded_allow_ips": "",
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        """The pages and the API."""
        return self._pages

    def _begin(self, worker: object) -> None:
        """Starts the background of a process: all of it, or with Redis only what answering requests needs."""
        for name in _ENDS:
            self._let_go_on(name)
        background = self._application.background
        if self._application.settings.redis_url:
            sys.setswitchinterval(TURN_SECONDS)
            background.start(background.pages)
        else:
            self._application.engine.take_over()
            background.start()

    def _let_go_on(self, name: signal.Signals) -> None:
        """Ends the streams of events at a signal, so that nothing waits for those who listen."""
        before = signal.getsignal(name)

        def ending(number: int, frame: FrameType | None) -> None:
            self._application.events.close()
            if callable(before):
                before(number, frame)

        signal.signal(name, ending)

    def _end(self, server: object, worker: object) -> None:
        """Ends the background of a process."""
        self._application.background.stop()
