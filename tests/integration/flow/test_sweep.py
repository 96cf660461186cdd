"""The sweep: when alerts open where the store lets it wait."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from mailuo.flow.sweep import Sweep
from mailuo.flow.wall import Wanted
from mailuo.records.actor import SYSTEM
from tests.integration.flow.conftest import Laboratory

T = TypeVar("T")
WAIT = timedelta(seconds=3)


def test_an_alert_opens_when_the_store_lets_it_and_not_when_somebody_asked(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = laboratory.store.write

    def after_a_wait(work: Callable[[Connection], T]) -> T:
        laboratory.clock.set(laboratory.clock.now() + WAIT)
        return write(work)

    request = laboratory.request(kind="special")
    laboratory.say(request, "ordered", "desk")
    laboratory.say(request, "checked", "automation")
    laboratory.clock.set(laboratory.clock.now() + timedelta(hours=3))
    asked = laboratory.clock.now()
    sweep = Sweep(laboratory.store, laboratory.in_force, clock=laboratory.clock)
    monkeypatch.setattr(laboratory.store, "write", after_a_wait)
    sweep.fire_due(asked)
    (alert,) = laboratory.wall.page(SYSTEM, Wanted(rule="consent_late"))[0]
    assert datetime.fromisoformat(str(alert["opened_at"])) >= asked + WAIT
