"""Bodies that do not come: the silence within one is bounded, and so is the patience after a refusal."""

import pytest
from flask import Flask

from mailuo_web.http import draining


class Line:
    """A connection that notes how long reading from it may wait."""

    def __init__(self) -> None:
        self.waits: list[float | None] = [None]

    def gettimeout(self) -> float | None:
        """How long now."""
        return self.waits[-1]

    def settimeout(self, seconds: float | None) -> None:
        """How long from now on."""
        self.waits.append(seconds)


@pytest.mark.parametrize(
    ("path", "body", "waits"), [("/fine", b"", [None]), ("/fine", b"x", [None, 20.0]), ("/refused", b"x", [None, 20.0, 2.0, 20.0])]
)
def test_a_sender_is_waited_for_as_long_as_makes_sense(path: str, body: bytes, waits: list[float | None]) -> None:
    app = Flask("test")
    draining.install(app)
    app.add_url_rule("/fine", view_func=lambda: "", methods=["POST"])
    line = Line()
    app.test_client().post(path, data=body, environ_overrides={"gunicorn.socket": line})
    assert line.waits == waits
