"""The shared scenarios about arbitration, played on a store of each kind instead of the one in memory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mailuo.app.scenarios import lines, run_scenarios
from mailuo.metadata import read_folder
from mailuo.storage.engine import Store
from tests.surroundings import ROOT, shared_scenarios

RULE = """
arbitrations:
  pickup_time:
    title: 揽收时间以快递鸟为准
    on: orders
    node: picked_up
    golden: kdniao
    auxiliary: [tmall, erp, manual]
    tolerance: 2h
    grace: 12h
    dispute:
      open: {table: tickets, set: {order: "{order_no}", type: pickup_dispute}}
      assign: {role: logistics}
      needs: {photo: waybill, time: picked_up_at}
      reviewed_by: {role: logistics_lead}
"""
PLAYED = [path for path in shared_scenarios() if path.name.startswith("arbitration_")]


@pytest.fixture
def on_stage(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plays scenarios on the store, which is as empty as it was when it is asked to be so for the first time."""

    def untouched() -> Callable[[], None]:
        return lambda: None

    monkeypatch.setattr(store, "snapshot", untouched, raising=False)
    monkeypatch.setattr(Store, "memory", lambda: store)


@pytest.mark.parametrize("path", PLAYED or [None], ids=lambda path: path.stem if path else "none")
@pytest.mark.usefixtures("on_stage")
def test_a_shared_scenario_passes_on_a_store_of_each_kind(path: Path | None) -> None:
    if path is None:
        pytest.skip("this test needs the shared scenarios: in ../shared/scenarios beside the checkout")
    files = {name: text for name, text in read_folder(ROOT).items() if not name.startswith("automations/scenarios/")}
    declared = {name: text for name, text in files.items() if "\narbitrations:" not in f"\n{text}"}
    place = "automations/scenarios/shared.yaml"
    played = {**declared, "automations/rule.yaml": RULE, place: path.read_text(encoding="utf-8")}
    (result,) = run_scenarios(played)
    assert result.passed, "\n".join(lines(result))
