"""The engine knows nothing of the business that it serves: no word of it stands in `platform/`, `web/` or `schemas/`."""

import re

from tests.house.sources import files, named, text

# Things and people of one trade. "Order" alone is not among them: rows, nodes and files have an order too.
ENGLISH = (
    "orders", "order_no", "furniture", "plywood", "cabinet", "sofa", "wardrobe", "showroom", "courier", "couriers",
    "carrier", "carriers", "parcel", "parcels", "shipment", "waybill", "installer", "kdniao", "tmall",
    "taobao", "doudian", "jingdong", "kingdee", "olist",
)  # fmt: skip
CHINESE = (
    "订单", "下单", "拆单", "家具", "衣柜", "橱柜", "沙发", "板材", "板件", "封边", "门店", "快递", "物流", "承运", "揽收", "签收",
    "运单", "发货", "送货", "安装师傅", "天猫", "淘宝", "抖店", "京东", "金蝶",
)  # fmt: skip
# Vendors' signing schemes are the one thing of the trade that is code: one small file each, their names in the grammar, and
# a file each for the vendors as the simulation plays them.
EXEMPT = (
    "platform/mailuo/connectors/signing/",
    "platform/mailuo/cli/simulation/vendors/",
    "schemas/connector.schema.json",
)

_WORD = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(ENGLISH)})(?![A-Za-z])|{'|'.join(CHINESE)}", re.IGNORECASE)
# The name of an option of `mailuo simulate`, which is the contract's.
_GIVEN = "--orders-per-day"
_ENDS = (".py", ".html", ".ts", ".css", ".json")


def test_no_word_of_the_trade_stands_in_the_engine() -> None:
    found = [
        f"{named(path)}:{number} {hit.group()}"
        for end in _ENDS
        for path in files("platform", "web", "schemas", ends=end)
        if not named(path).startswith(EXEMPT)
        for number, line in enumerate(text(path).splitlines(), 1)
        if (hit := _WORD.search(line.replace(_GIVEN, "")))
    ]
    assert found == []


def test_the_guard_knows_a_word_among_others() -> None:
    assert _WORD.search('"tables.orders"')
    assert _WORD.search("新的订单")
    assert _WORD.search("in the order of their names; ordered, reordered, borders") is None
