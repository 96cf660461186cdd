"""Which formulas come to money, and to what kind."""

from datetime import UTC
from decimal import Decimal

import pytest

from mailuo.fields import FormulaField
from mailuo.formulas.amounts import amount_of
from mailuo.formulas.tree import Call, Constant, Node, Path, Read
from mailuo.formulas.types import Kind, Type
from mailuo.metadata import Manifest, load

_ZONE = UTC
_NUMBER = Type(Kind.NUMBER)
_KINDS = {"price": "CNY", "cost": "CNY", "fee": "USD"}
_TABLE = """
table: orders
title: 订单
fields:
  price: {title: 价, type: money}
  cost: {title: 成本, type: money}
  fee: {title: 费, type: money, currency: USD}
  pieces: {title: 件数, type: number}
  urgent: {title: 急, type: boolean}
  found: {title: 得, type: formula, formula: 'FORMULA'}
"""


def _money(path: Path) -> str | None:
    return _KINDS.get(path[-1])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{price}", "CNY"),
        ("{price} - {cost}", "CNY"),
        ("-({price} + 10)", "CNY"),
        ("{price} * {pieces} * 0.06", "CNY"),
        ("{pieces} * {price}", "CNY"),
        ("{price} / {pieces}", "CNY"),
        ("ROUND(ABS({price} - {cost}), 1)", "CNY"),
        ("MAX({price}, {cost}, 0)", "CNY"),
        ("COALESCE({cost}, 0)", "CNY"),
        ("IF({urgent}, {price}, {price} + {cost})", "CNY"),
        ("{fee} * 2", "USD"),
        ("{price} + {fee}", None),
        ("{price} / {cost}", None),
        ("{price} * {cost}", None),
        ("{price} + {pieces}", None),
        ("{pieces} / {price}", None),
        ("IF({urgent}, {price}, {pieces})", None),
        ("{price} > {cost}", None),
        ("1 + 2", None),
        ("LEN(TEXT({price}))", None),
    ],
)
def test_a_formula_comes_to_money_where_its_parts_do(text: str, kind: str | None) -> None:
    assert amount_of(_formula(text), _money) == kind


def test_a_tree_of_constants_alone_is_no_money() -> None:
    tree: Node = Call("+", (Constant(1, _NUMBER), Constant(2, _NUMBER)), _NUMBER)
    assert amount_of(tree, _money) is None
    assert amount_of(Read(("order", "price"), _NUMBER), _money) == "CNY"


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("{price} - {cost}", "3639", "¥3,639.00"),
        ("{price} * 0.06", "-0.005", "-¥0.01"),
        ("{fee} / 3", "0.3333333333", "$0.33"),
        ("{pieces} * 2", "3639.5", "3,639.5"),
    ],
)
def test_people_read_an_amount_and_programs_a_number(text: str, value: str, words: str) -> None:
    field = _field(text)
    assert field.words(Decimal(value), "zh", _ZONE) == words
    assert field.to_json(Decimal(value), _ZONE) == pytest.approx(float(value))


def _formula(text: str) -> Node:
    formula = _field(text).formula
    assert formula is not None
    return formula.tree


def _field(text: str) -> FormulaField:
    loaded = load({"tables/orders.yaml": _TABLE.replace("FORMULA", text)})
    assert isinstance(loaded, Manifest), loaded
    type_ = loaded.tables["orders"].fields["found"].type
    assert isinstance(type_, FormulaField)
    return type_
