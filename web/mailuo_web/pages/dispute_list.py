"""The queue of disputes, oldest first: why each is one, what it waits for, how long; and how often sources disagree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailuo_web.pages.dispute_told import EVIDENCE, GRACE, Case, Told
from mailuo_web.texts import Say
from mailuo_web.texts.times import age, exact, whole


@dataclass(frozen=True, slots=True)
class Waiting:
    """One dispute of the queue."""

    id: str
    key: str
    href: str
    node: str
    reason: str
    state: str
    chip: str
    age: str
    exact: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """How often sources disagree: in how many of the records of which two sources spoke."""

    title: str
    text: str
    of: str
    overall: bool = False


@dataclass(frozen=True)
class QueueWriter:
    """Writes the queue for one reader."""

    now: datetime
    zone: ZoneInfo
    say: Say

    def row(self, case: Case) -> Waiting:
        """One dispute."""
        until = case.ended_at or self.now
        return Waiting(
            id=case.id,
            key=case.record,
            href=f"/disputes/{case.id}",
            node=case.title,
            reason=self.reason(case),
            state=case.state,
            chip=self.say(f"dispute.state.{case.state}"),
            age=age(until - case.opened_at, self.say.language),
            exact=exact(case.opened_at, self.zone),
            mine=case.may_review or (case.may_prove and case.state != EVIDENCE),
        )

    def reason(self, case: Case) -> str:
        """Why it is a dispute: who contradicts by how much, or who alone has spoken."""
        golden, farthest = case.golden, case.farthest
        titles = list(dict.fromkeys(word.title for word in case.standing))
        if golden is None or farthest is None:
            grace = case.rule.grace if case.cause == GRACE else None
            who = self.say("line.and").join(titles)
            key = "dispute.only" if grace else "dispute.others"
            length = whole(grace, self.say.language) if grace else ""
            return self.say(key, who=who, golden=case.rule.golden_title, length=length)
        gap = age(abs(golden - farthest.at), self.say.language)
        if len(titles) > 2:
            return self.say("dispute.many", count=len(titles), gap=gap)
        key = "dispute.earlier" if farthest.at < golden else "dispute.later"
        return self.say(key, who=farthest.title, gap=gap)

    def rates(self, figures: Told) -> Iterator[Rate]:
        """The rate of each arbitration, and of each source that spoke beside the golden one."""
        for rule in figures["rates"]:
            yield Rate(rule["title"], _percent(rule["rate"]), _of(rule), overall=True)
            for source in rule["sources"]:
                if source["records"]:
                    yield Rate(source["title"], _percent(source["rate"]), _of(source))


def lead(cases: Sequence[Case], total: int, say: Say) -> str:
    """How many there are, and how many of those shown wait for the reader's review or evidence."""
    review = sum(case.may_review for case in cases)
    prove = sum(case.may_prove and case.state != EVIDENCE for case in cases)
    words = [say("dispute.lead", count=total)]
    words += [say("dispute.lead.review", count=review)] if review else []
    words += [say("dispute.lead.prove", count=prove)] if prove and not review else []
    return say("dispute.lead.and").join(words)


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate * 100:.1f}%"


def _of(told: Told) -> str:
    return f"{told['conflicting']:,} / {told['records']:,}"
