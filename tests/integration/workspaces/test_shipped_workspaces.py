"""The shipped workspaces at work: their scenarios pass, and every view answers everybody whom it is shown to."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailuo.app.scenarios import lines, run_scenarios
from mailuo.app.scenarios.stage import Stage
from mailuo.metadata.folder import read_folder
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.messages import BadQuestion, NoSuchThing
from mailuo.records.query import Query

ROOT = Path(__file__).parents[3]
FOLDERS = {"furniture": ROOT, "clinic": ROOT / "tests" / "workspaces" / "clinic", "olist": ROOT / "bench" / "olist"}
NOW = datetime(2026, 1, 19, 2, tzinfo=UTC)


def without_scenarios(folder: Path) -> Mapping[str, str]:
    return {name: text for name, text in read_folder(folder).items() if "/scenarios/" not in name}


@pytest.fixture(params=list(FOLDERS.values()), ids=list(FOLDERS))
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(without_scenarios(request.param), "Asia/Shanghai", tmp_path)
    made.begin(NOW)
    yield made
    made.close()


@pytest.mark.parametrize("name", ["furniture", "clinic"])
def test_every_scenario_of_a_workspace_passes(name: str) -> None:
    results = list(run_scenarios(read_folder(FOLDERS[name])))
    assert len(results) > 5
    assert all(result.passed for result in results), "\n".join(
        line for result in results if not result.passed for line in lines(result, "zh")
    )


@pytest.mark.parametrize("stage", [ROOT], indirect=True, ids=["furniture"])
def test_people_and_goods_are_found_by_their_names(stage: Stage) -> None:
    stage.records.create(SYSTEM, "customers", {"name": "王小明"})
    stage.records.create(SYSTEM, "products", {"sku": "A-1", "name": "榉木书桌"})
    order = {"channel": "WK", "ordered_at": "2026-01-19T09:00:00+08:00", "receiver": "王大伟", "phone": "13812345678"}
    stage.records.create(SYSTEM, "orders", order)
    accountant = Actor("stand-in:finance", "finance", ("finance",))
    for sought, found in {"王": {"customers", "orders"}, "王大": {"orders"}, "榉木": {"products"}, "13812": set()}.items():
        assert {hit.table for hit in stage.records.search(accountant, sought)} == found


def test_every_view_answers_who_may_see_all(stage: Stage) -> None:
    for table in stage.running.manifest.tables.values():
        for view in table.views:
            assert stage.records.page(SYSTEM, table.id, Query(view=view, count=True)).records == []


def test_a_role_is_shown_a_table_or_told_that_there_is_none_and_nothing_else(stage: Stage) -> None:
    manifest = stage.running.manifest
    for role in manifest.roles.values():
        actor = Actor(f"stand-in:{role.id}", role.id, (role.id,))
        for table in manifest.tables:
            granted = role.id == "admin" or (table in role.tables and role.tables[table].see is not False)
            try:
                shown = stage.records.page(actor, table, Query())
            except NoSuchThing:
                assert not granted, f"{role.id} should see {table}"
            else:
                assert granted, f"{role.id} should not see {table}"
                assert shown.records == []


def test_no_view_of_orders_asks_for_what_a_role_that_sees_them_may_not_ask(tmp_path: Path) -> None:
    """A view that filters or sorts by a field hidden from a role would be refused to that role as a whole."""
    stage = Stage(without_scenarios(ROOT), "Asia/Shanghai", tmp_path)
    stage.begin(NOW)
    views = stage.running.manifest.tables["orders"].views
    refused = []
    for role in (role for role in stage.running.manifest.roles.values() if "orders" in role.tables):
        for view in views:
            try:
                stage.records.page(Actor(role.id, role.id, (role.id,)), "orders", Query(view=view))
            except BadQuestion:
                refused.append((role.id, view))
    stage.close()
    assert refused == []
