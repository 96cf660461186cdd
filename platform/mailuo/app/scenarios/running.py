"""Running: the scenarios among the files of a workspace, one after another, each on an empty stage."""

import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from mailuo.app.scenarios.messages import BROKEN_OFF, DONE, READABLE
from mailuo.app.scenarios.play import Play
from mailuo.app.scenarios.result import Mismatch, Result
from mailuo.app.scenarios.stage import Stage
from mailuo.base.problems import Language, Place, Problems
from mailuo.metadata import DEFAULT_ZONE
from mailuo.metadata.scenario import Scenario
from mailuo.metadata.scenario_loading import is_scenario, load_scenario
from mailuo.metadata.scenario_references import Known

_log = logging.getLogger(__name__)


def run_scenarios(
    files: Mapping[str, str], *, zone: str = DEFAULT_ZONE, language: Language = "zh"
) -> Iterator[Result]:
    """How each scenario among a workspace's files went, in file order, as soon as it has been played.

    Refuses when the other declarations are wrong. A scenario that is itself wrong fails alone.
    """
    scenarios = {file: text for file, text in files.items() if is_scenario(file, text)}
    declarations = {file: text for file, text in files.items() if file not in scenarios}
    with TemporaryDirectory(prefix="mailuo-") as folder:
        stage = Stage(declarations, zone, Path(folder))
        try:
            known = Known.of(stage.running.manifest)
            for file in sorted(scenarios):
                loaded = load_scenario(file, scenarios[file], stage.running.zone, known)
                yield _played(Play(stage, language), file, loaded)
        finally:
            stage.close()


def _played(play: Play, file: str, loaded: Scenario | Problems) -> Result:
    if not isinstance(loaded, Scenario):
        return Result(file, file, _unreadable(file, loaded, play.language))
    started = time.perf_counter()
    try:
        differences = play.differences(loaded)
    except Exception:  # noqa: BLE001 - the outermost loop: one scenario that breaks off must not hide the others
        _log.exception("a scenario broke off: %s", file)
        differences = (_broken_off(loaded, play.language),)
    return Result(file, loaded.title, differences, play.notes(loaded), time.perf_counter() - started)


def _broken_off(scenario: Scenario, language: Language) -> Mismatch:
    return Mismatch(scenario.place, "", DONE().text(language), BROKEN_OFF().text(language))


def _unreadable(file: str, problems: Problems, language: Language) -> tuple[Mismatch, ...]:
    expected = READABLE().text(language)
    return tuple(
        Mismatch(problem.place or Place(file), problem.path, expected, problem.text(language)) for problem in problems
    )
