"""What only the asking moment, the asking person and the lifeline know."""

from mailuo.formulas import messages
from mailuo.formulas.code import Code, leaf
from mailuo.formulas.formula import Context
from mailuo.formulas.function import Asked, Function, plainly
from mailuo.formulas.postgres import Builder, me_of
from mailuo.formulas.tree import Call
from mailuo.formulas.types import MOMENT, STATES, TEXT, Type

PLACES = {"STATE": "#state", "SOURCE": "#source", "DUE": "#due"}
"""The last step of the path under which each is read."""


def _of_node(result: Type, name: str, zh: str, en: str) -> Function:
    def check(asked: Asked) -> Type:
        raise asked.wrong(messages.NOT_A_NODE)

    def python(context: Context, value: object) -> object:
        return value

    def postgres(sql: Builder, call: Call, value: Code) -> Code:
        return value

    return Function(name, f"{name}({{node}})", zh, en, check, python, postgres)


STATE = _of_node(
    STATES, "STATE", "节点的状态：not_applicable pending due reached inferred disputed",
    "how a node stands: not_applicable pending due reached inferred disputed",
)  # fmt: skip
SOURCE = _of_node(TEXT, "SOURCE", "节点的时间是谁说的", "on whose word a node's time stands")
DUE = _of_node(MOMENT, "DUE", "节点从何时起待完成", "since when a node is due")
RESULTS = {"STATE": STATES, "SOURCE": TEXT, "DUE": MOMENT}
"""What each gives."""

NOW = Function(
    "NOW",
    "NOW()",
    "现在",
    "the present moment",
    plainly(MOMENT),
    lambda context: context.now,
    lambda sql, call: sql.now(),
)
ME = Function(
    "ME", "ME()", "提问的人", "the person who asks", plainly(TEXT), lambda context: context.me,
    lambda sql, call: leaf(me_of(sql.context)),
)  # fmt: skip
