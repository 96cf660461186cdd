"""What the runner of scenarios says, in both languages."""

from collections.abc import Mapping

from mailuo.base.problems import Message, Problem

_ENGINES: Mapping[str, tuple[str, str]] = {
    "dashboards": ("看板", "dashboards"),
    "reports": ("报表", "reports"),
}
NOTHING_ACTS = Message(
    "no_engine",
    zh="本系统还没有{engine}引擎，对“{where}”的声明没有作用",
    en="this installation has no engine for {engine_en}: what is declared at '{where}' has no effect",
)
DONE = Message("done", zh="做成了", en="it is done")
REFUSED = Message("refused", zh="被拒绝", en="it is refused")
REFUSED_WITH = Message("refused", zh="被拒绝（{code}）：{said}", en="it is refused ({code}): {said}")
READABLE = Message("readable", zh="场景写得对", en="a scenario that can be read")
ENDLESS = Message(
    "endless",
    zh="在同一时刻没完没了：到期的事又引出同一时刻到期的事",
    en="it never ends: what falls due makes more fall due at the same moment",
)
BROKEN_OFF = Message(
    "broken_off", zh="程序出错，中断了；详情在日志里", en="the program failed and broke off; the log says more"
)
NO_COUNTER = Message("invalid", zh="“{found}”的编号不计数", en="The keys of '{found}' are not counted")
GROUP_MISSING = Message("required", zh="流水号的分组还缺“{name}”", en="The group of the counter lacks '{name}'")


def nothing_acts(path: str) -> Problem:
    """That a declaration at a path has no effect for want of its engine."""
    zh, en = _ENGINES[path.partition(".")[0]]
    return NOTHING_ACTS(engine=zh, engine_en=en, where=path)
