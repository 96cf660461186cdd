"""The workspaces that ship with the product: each loads whole, and says what its business counts on."""

from pathlib import Path

import pytest

from mailuo.metadata.folder import read_folder
from mailuo.metadata.load import load
from mailuo.metadata.model import Exit, Manifest, Node, SpeakerKind

ROOT = Path(__file__).parents[2]
FURNITURE, CLINIC, OLIST = ROOT, ROOT / "tests" / "workspaces" / "clinic", ROOT / "bench" / "olist"


def loaded(folder: Path) -> Manifest:
    """The manifest of a folder; fails with every line that is wrong with it."""
    found = load(read_folder(folder))
    assert isinstance(found, Manifest), "\n".join(problem.line() for problem in found)
    return found


@pytest.mark.parametrize("folder", [FURNITURE, CLINIC, OLIST], ids=["furniture", "clinic", "olist"])
def test_a_workspace_loads_without_a_problem(folder: Path) -> None:
    manifest = loaded(folder)
    assert all(table.views for table in manifest.tables.values())


def test_the_furniture_line_has_its_seventeen_nodes_in_order() -> None:
    flow = loaded(FURNITURE).tables["orders"].flow
    assert flow is not None
    assert [node.title for node in flow.nodes.values()] == [
        "支付成功", "风控审核通过", "定制参数确认", "工厂排产启动", "板材出库", "五金包装配", "整机打包完成", "快递揽收", "干线运输中",
        "派件网点到达", "快递员取件", "客户签收", "开箱验货反馈", "安装服务预约", "安装完成确认", "7天无理由期结束", "财务结算完成",
    ]  # fmt: skip
    assert flow.closed_by == "settled"
    assert list(flow.exits) == ["cancelled", "returned"]


def test_the_nodes_of_parcels_ask_each_parcel() -> None:
    flow = loaded(FURNITURE).tables["orders"].flow
    assert flow is not None
    assert {node.id: node.reached for node in flow.nodes.values() if node.per == "parcels"} == {
        "picked_up": "all", "in_transit": "any", "arrived": "all", "out_for_delivery": "any", "signed": "all",
    }  # fmt: skip


def test_the_cost_is_for_finance_the_boss_and_the_admin_alone() -> None:
    roles = loaded(FURNITURE).roles
    grants = {name: role.tables["orders"] for name, role in roles.items() if "orders" in role.tables}
    assert {name for name, grant in grants.items() if "cost_price" not in grant.hide} == {"boss", "finance"}


def test_phones_and_addresses_are_masked_where_nobody_calls_the_customer() -> None:
    roles = loaded(FURNITURE).roles
    masked = {name for name, role in roles.items() if "orders" in role.tables and role.tables["orders"].mask}
    assert masked == {"designer", "planner", "production_manager", "supply_director", "finance"}
    assert all(roles[name].tables["orders"].mask == {"phone", "address"} for name in masked)


@pytest.mark.parametrize("folder", [FURNITURE, CLINIC], ids=["furniture", "clinic"])
def test_every_role_that_confirms_a_node_sees_its_table(folder: Path) -> None:
    manifest = loaded(folder)
    for table in manifest.tables.values():
        steps: list[Node | Exit] = [*table.flow.nodes.values(), *table.flow.exits.values()] if table.flow else []
        for speaker in (speaker for step in steps for speaker in step.by):
            named = (speaker.name,) if speaker.kind is SpeakerKind.ROLE else speaker.roles
            assert all(manifest.roles[role].tables[table.id].see for role in named)


def test_the_alerts_that_must_not_wait_are_never_folded() -> None:
    alerts = loaded(FURNITURE).alerts
    folded = {"pickup_late", "carrier_silent", "promise_at_risk"}
    assert set(alerts) == {"params_overdue", "boards_late", "early_delivery", *folded}
    assert {name for name, alert in alerts.items() if alert.digest_over} == folded
    assert all(alert.because for name, alert in alerts.items() if name != "early_delivery")
