"""Vendors: the outside systems that the simulation plays. `VENDORS` is the one list of them; a file each."""

from collections.abc import Callable, Mapping

from mailuo.cli.simulation.vendors.doudian import Doudian
from mailuo.cli.simulation.vendors.erp import Erp
from mailuo.cli.simulation.vendors.kdniao import Kdniao
from mailuo.cli.simulation.vendors.kingdee import Kingdee
from mailuo.cli.simulation.vendors.top import Top
from mailuo.cli.simulation.vendors.vendor import Answer, Asked, News, Push, Vendor
from mailuo.cli.simulation.vendors.weapp import Weapp
from mailuo.cli.simulation.vendors.wecom import Wecom
from mailuo.cli.simulation.vendors.wxpay import Wxpay

VENDORS: tuple[Callable[[Mapping[str, str]], Vendor], ...] = (
    Kdniao,
    Top,
    Doudian,
    Wxpay,
    Kingdee,
    Wecom,
    Weapp,
    Erp,
)
"""What makes each vendor, of the environment that is given: what is missing there is made up for the run."""

__all__ = ["VENDORS", "Answer", "Asked", "News", "Push", "Vendor"]
