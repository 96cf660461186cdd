"""Playing: one scenario, step by step, until it ends or something is not as expected."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailuo.app.scenarios.cast import Cast
from mailuo.app.scenarios.deeds import Doing
from mailuo.app.scenarios.messages import DONE, ENDLESS, REFUSED, REFUSED_WITH, nothing_acts
from mailuo.app.scenarios.observing import Observer
from mailuo.app.scenarios.result import Mismatch
from mailuo.app.scenarios.stage import Endless, Stage
from mailuo.base.problems import Language, Problems, Refusal
from mailuo.metadata.build_scenario import LATER_KINDS
from mailuo.metadata.scenario import Answers, Declare, Deed, Fails, Retract, Say, Scenario, Step


@dataclass(frozen=True)
class Play:
    """Plays scenarios on a stage."""

    stage: Stage
    language: Language = "zh"

    def differences(self, scenario: Scenario) -> tuple[Mismatch, ...]:
        """What was not as expected in the first step in which anything was not; nothing when all was."""
        self.stage.begin(scenario.now)
        cast = Cast(self.stage)
        observer = Observer(cast, self.language)
        for step in scenario.steps:
            try:
                found = tuple(self._step(step, cast, observer))
            except Endless:
                said = ENDLESS().text(self.language)
                found = (Mismatch(step.place, step.path, DONE().text(self.language), said),)
            if found:
                return found
        return ()

    def notes(self, scenario: Scenario) -> tuple[str, ...]:
        """The declarations in a scenario on which nothing acts."""
        edits = (edit for step in scenario.steps if isinstance(step.deed, Declare) for edit in step.deed.edits)
        later = (edit.path for edit in edits if edit.path.split(".")[0] in LATER_KINDS)
        return tuple(nothing_acts(path).text(self.language) for path in later)

    def _step(self, step: Step, cast: Cast, observer: Observer) -> Iterator[Mismatch]:
        """Claims of an instant are applied before the clocks of that instant; all else comes after them.

        Rules act at once, on each claim by itself.
        """
        claims = isinstance(step.deed, (Say, Retract))
        until = self.stage.now + step.after if step.after is not None else step.until
        if until is not None or not isinstance(step.deed, Answers):
            self.stage.played.breathe()
        if until is not None or not claims:
            self.stage.settle()
        self.stage.act()
        if until is not None:
            self.stage.move(until)
            if not claims:
                self.stage.settle()
        if step.deed is not None:
            yield from self._deed(step, step.deed, cast)
        if step.expect is not None or not claims:
            self.stage.settle()
        if step.expect is not None:
            yield from observer.differences(step, step.expect)

    def _deed(self, step: Step, deed: Deed, cast: Cast) -> Iterator[Mismatch]:
        expected = REFUSED() if step.fails is not None else DONE()
        try:
            Doing(cast, str(step.seen_as) if step.seen_as is not None else None).do(deed)
        except Refusal as refusal:
            if step.fails is not None and _as_expected(step.fails, refusal.problems):
                return
            first = refusal.problems[0]
            found = REFUSED_WITH(code=first.code, said=first.line(self.language).removeprefix(": "))
            if step.fails is not None:
                wanted = ", ".join(each for each in (step.fails.code, step.fails.contains) if each)
                expected = REFUSED_WITH(code=step.fails.code or "…", said=wanted)
        else:
            if step.fails is None:
                return
            found = DONE()
        yield Mismatch(step.place, step.path, expected.text(self.language), found.text(self.language))


def _as_expected(fails: Fails, problems: Problems) -> bool:
    """Whether a refusal is the expected one: one of its problems has the code, and says the text in one of the languages."""
    return any(
        fails.code in (None, problem.code)
        and (fails.contains is None or any(fails.contains in problem.text(language) for language in ("zh", "en")))
        for problem in problems
    )
