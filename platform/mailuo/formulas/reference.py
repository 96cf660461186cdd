"""The reference of the language, written from the table of functions: `python -m mailuo.formulas.reference`."""

import sys
from collections.abc import Iterable, Iterator

from mailuo.formulas.function import Function
from mailuo.formulas.functions import FUNCTIONS, OPERATORS

_OPENING = """\
# 公式 / Formulas

由函数表写成，请勿手改：`python -m mailuo.formulas.reference > docs/formulas.md`。
Written from the table of functions; do not edit: `python -m mailuo.formulas.reference > docs/formulas.md`.

公式像电子表格：`IF({amount} > 1000, "大单", "小单")`。名字写在花括号里，可以用编号或标题：`{amount}`、`{金额}`；
经过关联：`{customer.city}`；节点的编号就是它的时间：`HOURS({paid}, {signed})`。文字用单引号或双引号；`TRUE`、`FALSE` 是真假。
A formula reads like a spreadsheet's. Names stand in braces, by id or title, through links with points; a node's id is
its time. Texts stand in single or double quotes, which are doubled to stand inside; `TRUE` and `FALSE` are truth values.

- 空：空文字就是空；和空比较不成立，`NOT` 它成立；和空计算得空；`&` 把空当作没有；除以零为空；排序时空总在最后。
  Blank: an empty text is blank; a comparison with a blank is false and its `NOT` true; arithmetic with a blank is blank;
  `&` takes it as nothing; division by zero is blank; blanks sort last.
- 数字是精确的小数：小数点前最多 15 位，每一步的结果四舍五入（逢五远离零）到 10 位小数；超出范围为空。`-7 % 3` 是 2。
  Numbers are exact decimals of at most 15 digits before the point; each result is rounded once, half away from zero, to
  10 places; outside the range it is blank. `-7 % 3` is 2: the remainder has the sign of the divisor.
- 时间旁边的文字按 RFC 3339 读，没有时区的按工作区；日期旁边的文字是 `2026-01-15`；时长旁边的是 `2h30m`；选项旁边的是编号或标题。
  A text beside a moment is read as RFC 3339, in the workspace's zone where it names none; beside a date as `2026-01-15`,
  beside a duration as `2h30m`, beside a choice as its id or title.
- 文字按字符的码位比较，区分大小写；结果最多 100,000 字，多出的截去。日期和钟点按工作区的时区。
  Texts compare by code point, upper and lower case apart; a result has at most 100,000 characters, the rest is cut off.
  Dates and hours are those of the workspace's zone.
- 公式最多 10,000 个字、嵌套 64 层、一个函数 100 个参数。
  A formula has at most 10,000 characters, 64 levels and 100 arguments a function.

"""


def reference() -> str:
    """The whole document, as Markdown."""
    operators = "\n".join(_rows(each for each in OPERATORS.values() if each.name not in _UNWRITTEN))
    functions = "\n".join(_rows(FUNCTIONS.values()))
    return f"{_OPENING}## 运算 / Operators\n\n{_HEAD}\n{operators}\n\n## 函数 / Functions\n\n{_HEAD}\n{functions}\n"


_UNWRITTEN = ("truth",)
"""What formulas call without anybody writing it."""
_HEAD = "| 写法 / written | 意思 | meaning |\n| --- | --- | --- |"


def _rows(functions: Iterable[Function]) -> Iterator[str]:
    for each in functions:
        yield f"| `{each.takes}` | {each.zh} | {each.en} |"


if __name__ == "__main__":
    sys.stdout.write(reference())
