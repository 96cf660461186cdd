"""The carrier's sample pushes give the first pick-ups that are expected of them, in whatever order they come."""

import json
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from mailuo.connectors.incoming import arrival
from tests.integration.connectors.conftest import Office
from tests.integration.connectors.pushing import FORM, signed
from tests.surroundings import shared_data


def pushes() -> list[dict[str, Any]]:
    """The sample pushes."""
    path = shared_data("exports/SYNTHETIC_kdniao_push.jsonl")
    if path is None:
        pytest.skip("this test needs the sample pushes: in ../shared/data, or where MAILUO_TEST_DATA says")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("order", ["as they are", "backwards", "shuffled"])
def test_the_first_pick_up_of_each_order_is_as_expected(office: Office, order: str) -> None:
    found = pushes()
    if order == "backwards":
        found.reverse()
    if order == "shuffled":
        Random(7).shuffle(found)
    waybills = {each["LogisticCode"]: each["OrderCode"] for push in found for each in push["Data"]}
    for waybill, number in waybills.items():
        office.job(number, waybill)
    for push in found:
        text = json.dumps(push, ensure_ascii=False)
        pairs = {"RequestData": text, "DataSign": signed(text), "RequestType": "101"}
        from_vendor = arrival("POST", FORM, b"", urlencode(pairs).encode())
        assert office.outside.receiving.receive("swift", "track", from_vendor).status == 200
    office.work()
    path = shared_data("exports/expected.json")
    assert path is not None
    expected = json.loads(path.read_text("utf-8"))["kdniao"]["first_pickup"]
    told = {number: office.node(number, "picked_up")["at"] for number in expected}
    assert told == {number: f"{at.replace(' ', 'T')}+08:00" for number, at in expected.items()}
