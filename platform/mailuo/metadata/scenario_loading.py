"""Loading scenarios: one file in, a checked scenario or every problem out."""

from zoneinfo import ZoneInfo

from mailuo.base.problems import Problems
from mailuo.metadata.build_scenario import build_scenario
from mailuo.metadata.findings import Findings
from mailuo.metadata.grammar import kind_of, typed
from mailuo.metadata.part import Part
from mailuo.metadata.reading import read_document
from mailuo.metadata.scenario import Scenario
from mailuo.metadata.scenario_references import Known, check_names

KIND = "scenario"


def read_scenario(part: Part, zone: ZoneInfo, known: Known, findings: Findings) -> Scenario | None:
    """The scenario that a typed document holds; what is wrong with it is reported."""
    scenario = build_scenario(part, zone, findings)
    if scenario is not None:
        check_names(scenario, known, findings)
    return scenario


def load_scenario(file: str, text: str, zone: ZoneInfo, known: Known) -> Scenario | Problems:
    """The scenario in a file's text, or all that is wrong with it."""
    reading = read_document(file, text)
    if reading.root is None:
        return reading.problems
    part, problems = typed(KIND, reading.root)
    findings = Findings([*reading.problems, *problems])
    scenario = read_scenario(part, zone, known, findings)
    return findings.in_file_order() or scenario or ()


def is_scenario(file: str, text: str) -> bool:
    """Whether a file declares a scenario; one that cannot be read does not say so."""
    root = read_document(file, text).root
    return root is not None and kind_of(root)[0] == KIND
