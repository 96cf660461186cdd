"""The table of commands: what each is for in both languages, and where it is written. Documentation is made from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: the module and the name of its click command, and what it does."""

    module: str
    attribute: str
    zh: str
    en: str


COMMANDS = {
    "serve": Entry(
        "mailuo.cli.serve", "serve", "运行网页、接口、任务和时钟", "web, API, jobs and clocks in one process"
    ),
    "worker": Entry("mailuo.cli.processes", "worker", "单独运行任务与事件", "jobs and events, for a deployment"),
    "scheduler": Entry("mailuo.cli.processes", "scheduler", "单独运行时钟", "clocks, for a deployment"),
    "new": Entry("mailuo.cli.new", "new", "新建一个空的工作区", "a new workspace"),
    "check": Entry(
        "mailuo.cli.check", "check", "检查声明，列出全部错误", "validates declarations, listing every error"
    ),
    "plan": Entry("mailuo.cli.publish", "plan", "发布会改变什么", "what publishing would change"),
    "apply": Entry("mailuo.cli.publish", "apply", "发布为新版本", "publishes as a new revision"),
    "revisions": Entry("mailuo.cli.revisions", "revisions", "发布的历史", "the history of publications"),
    "rollback": Entry("mailuo.cli.revisions", "rollback", "回到某个版本", "returns to a revision"),
    "export": Entry("mailuo.cli.revisions", "export", "把现行声明写成文件", "writes the running declarations as files"),
    "test": Entry("mailuo.cli.scenarios", "test", "运行工作区的情景", "runs the scenarios of a workspace"),
    "import": Entry("mailuo.cli.rows", "take_in", "从表格导入记录", "takes records in from a spreadsheet"),
    "claims": Entry("mailuo.cli.rows", "claims", "从 CSV 导入节点时间", "takes claims in from a CSV file"),
    "records": Entry("mailuo.cli.rows", "records", "导出记录", "writes records out"),
    "user": Entry("mailuo.cli.people", "user", "人员：添加、角色、停用", "people: add, roles, disable"),
    "token": Entry("mailuo.cli.people", "token", "接口令牌：添加、列出、作废", "API tokens: add, list, revoke"),
    "erase": Entry("mailuo.cli.erase", "erase", "抹去一个人的资料", "blanks a person's data everywhere"),
    "backup": Entry("mailuo.cli.backup", "backup", "整个系统备份成一个文件", "the whole system in one file"),
    "restore": Entry("mailuo.cli.backup", "restore", "从备份恢复", "brings a backup back"),
    "doctor": Entry("mailuo.cli.doctor", "doctor", "系统是否正常，该怎么办", "health in words, with the fix"),
    "sign": Entry("mailuo.cli.sign", "sign", "看一种签名是怎么算的", "what a vendor's signing makes of given inputs"),
    "simulate": Entry(
        "mailuo.cli.simulate", "simulate", "对运行中的服务模拟业务", "plays a business against a running server"
    ),
}
"""Every command, in the order of `mailuo --help`."""
