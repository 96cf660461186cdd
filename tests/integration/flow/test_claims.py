"""Claims at the door: who may say what, what follows, and what is refused."""

from datetime import timedelta

import pytest

from mailuo.base.problems import Refusal
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM, Actor
from tests.integration.flow.conftest import NOW, Laboratory, person


def test_passes_over_what_does_not_apply(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "ordered", "desk")
    laboratory.say(request, "checked", "automation")
    states = laboratory.states(request)
    assert (states["consented"], states["drawn"], states["shipped"]) == ("not_applicable", "due", "pending")


def test_the_same_claim_twice_is_one(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "ordered", "desk")
    timeline = laboratory.say(request, "ordered", "desk")
    assert len(timeline["nodes"][0]["claims"]) == 1
    assert timeline["status"] == "ordered"
