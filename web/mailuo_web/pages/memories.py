"""The memories of this process: one of each kind of answer, shared by all requests."""

from typing import Any

from flask import current_app

from mailuo_web.http.asking import application
from mailuo_web.pages.remembering import Memory


def memory(name: str) -> Memory[Any]:
    """The process's memory of one kind of answer."""
    return current_app.extensions.setdefault(f"mailuo.{name}", Memory(application().clock.now))  # type: ignore[no-any-return]
