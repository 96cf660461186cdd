"""What is wrong with scenarios as they are written, in both languages."""

from mailuo.base.problems import Message

NOT_MOMENT = Message(
    "not_moment",
    zh="“{found}”不是时间，例如 2026-01-15T09:00+08:00",
    en="'{found}' is not a moment, such as 2026-01-15T09:00+08:00",
)
BACKWARDS = Message(
    "backwards",
    zh="时间不能倒流：这时已是 {now}",
    en="time does not run backwards: it is {now} already",
)
BOTH_WAITS = Message(
    "step", zh="after 和 at 只写一个", en="write after or at, not both"
)
SEVERAL_DEEDS = Message(
    "step",
    zh="一步只做一件事；“{found}”请另写一步",
    en="a step does at most one thing; write '{found}' as a step of its own",
)
NOTHING_FAILS = Message(
    "step", zh="fails 要写在做了一件事的步骤里", en="fails belongs to a step that does something"
)
DECLARED_PATH = Message(
    "declared_path",
    zh="“{found}”不是声明里的位置：写复数种类、编号、键，例如 alerts.late.when.longer_than",
    en="'{found}' is no place in a declaration: write the plural kind, the id and keys, such as alerts.late.when.longer_than",
)
