"""Loading a workspace: files in, a checked manifest or every problem out.

The stages are: read each file, check its grammar, gather the names of all, build and compile. A stage never stops
the next: one run lists what is wrong in all files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailuo.base.problems import Message, Problems
from mailuo.metadata import grammar_messages, messages, rule_messages
from mailuo.metadata.arbitration import Arbitration
from mailuo.metadata.automation import Automation
from mailuo.metadata.build_alerts import AlertSurroundings, build_alert
from mailuo.metadata.build_arbitrations import Judged, build_arbitration, check_nodes
from mailuo.metadata.build_automations import Started, build_automation, check_buttons
from mailuo.metadata.build_connectors import build_connector
from mailuo.metadata.build_given import public_forms
from mailuo.metadata.build_roles import build_roles
from mailuo.metadata.build_steps import Surroundings
from mailuo.metadata.build_table import build_table
from mailuo.metadata.build_workspace import (
    RESERVED_SOURCES,
    build_calendar,
    build_workspace,
    check_calendar_of,
    sources_of,
)
from mailuo.metadata.compiler import Compiler
from mailuo.metadata.findings import (
    ALERT,
    ARBITRATION,
    AUTOMATION,
    CALENDAR,
    CONNECTOR,
    ROLE,
    TABLE,
    Findings,
    Noun,
)
from mailuo.metadata.folder import MOST_FILES, name_problem
from mailuo.metadata.grammar import kind_of, typed
from mailuo.metadata.model import Manifest, Workspace
from mailuo.metadata.outline import read_outline
from mailuo.metadata.part import Part, Written
from mailuo.metadata.reading import read_document
from mailuo.metadata.references import References
from mailuo.metadata.renaming import new_names, pointed
from mailuo.metadata.scenario import Scenario
from mailuo.metadata.scenario_loading import read_scenario
from mailuo.metadata.scenario_references import Known

DEFAULT_ZONE = "Asia/Shanghai"
_MOST_REMEMBERED = 1_000_000
"""Characters of a workspace that is small enough to be remembered."""


_LATELY = frozenset({"bad_value", "generated_key", "not_sought_by", "nothing_long"})
"""Codes of what was not always checked, and of which a run can say itself that it will not do."""


def load(files: Mapping[str, str], default_zone: str = DEFAULT_ZONE) -> Manifest | Problems:
    """The checked manifest of these files, or all that is wrong with them, in file order."""
    manifest, problems = _read(files, default_zone)
    return problems or manifest


def load_published(files: Mapping[str, str], default_zone: str = DEFAULT_ZONE) -> Manifest | Problems:
    """The same of files that were checked and published before: what is refused only lately does not stop them."""
    manifest, problems = _read(files, default_zone)
    return tuple(problem for problem in problems if problem.code not in _LATELY) or manifest


def _read(files: Mapping[str, str], default_zone: str) -> tuple[Manifest, Problems]:
    written = tuple(sorted(files.items()))
    small = sum(map(len, files.values())) <= _MOST_REMEMBERED
    return _remembered(written, default_zone) if small else _loaded(written, default_zone)


@lru_cache(maxsize=4)
def _remembered(files: tuple[tuple[str, str], ...], default_zone: str) -> tuple[Manifest, Problems]:
    """The same, remembered: publishing asks for the same few revisions several times."""
    return _loaded(files, default_zone)


def _loaded(files: tuple[tuple[str, str], ...], default_zone: str) -> tuple[Manifest, Problems]:
    """What could be built of the files, and all that is wrong with them."""
    findings = Findings()
    declared = _gather(dict(files), findings)
    manifest = _build(declared, default_zone, findings)
    names = new_names(declared.tables)
    return manifest, tuple(pointed(problem, names) for problem in findings.in_file_order())


@dataclass
class _Declared:
    """What the files declare, by kind and id; not yet built."""

    workspace: Part | None = None
    tables: dict[Written, Part] = field(default_factory=dict)
    roles: dict[Written, Part] = field(default_factory=dict)
    calendars: dict[Written, Part] = field(default_factory=dict)
    alerts: dict[Written, Part] = field(default_factory=dict)
    automations: dict[Written, Part] = field(default_factory=dict)
    arbitrations: dict[Written, Part] = field(default_factory=dict)
    connectors: dict[Written, Part] = field(default_factory=dict)
    scenarios: dict[str, Part] = field(default_factory=dict)

    def add(self, kind: str, file: str, part: Part, findings: Findings) -> None:
        """Enters one file; what another has declared already is reported and left out."""
        if kind == "scenario":
            self.scenarios[file] = part
        elif kind == "workspace":
            self._add_workspace(part, findings)
        elif kind in ("table", "connector"):
            into, noun = (self.tables, TABLE) if kind == "table" else (self.connectors, CONNECTOR)
            name = part.text(kind)
            if name is not None:
                _enter(into, name, part, noun, findings)
        else:
            into, noun = {
                "roles": (self.roles, ROLE),
                "calendars": (self.calendars, CALENDAR),
                "alerts": (self.alerts, ALERT),
                "automations": (self.automations, AUTOMATION),
                "arbitrations": (self.arbitrations, ARBITRATION),
            }[kind]
            for name, each in part.named(kind):
                _enter(into, name, each, noun, findings)

    def _add_workspace(self, part: Part, findings: Findings) -> None:
        if self.workspace is None:
            self.workspace = part
        else:
            findings.add(messages.SEVERAL_WORKSPACES, part.key("workspace"), first=self.workspace.place)
            findings.lost_kinds.add("workspace")


def _enter(into: dict[Written, Part], name: Written, part: Part, noun: Noun, findings: Findings) -> None:
    if name in into:
        findings.twice(name, next(key.place for key in into if key == name), noun)
    else:
        into[name] = part


def _gather(files: Mapping[str, str], findings: Findings) -> _Declared:
    declared = _Declared()
    if len(files) > MOST_FILES:
        findings.problems.append(grammar_messages.TOO_MANY_FILES(found=len(files), most=MOST_FILES))
        return declared
    for file in files:
        problem = name_problem(file)
        if problem:
            findings.problems.append(problem)
            continue
        reading = read_document(file, files[file])
        findings.problems += reading.problems
        if reading.root is None:
            findings.lose(files[file])
            continue
        kind, problems = kind_of(reading.root)
        findings.problems += problems
        if kind is not None:
            part, problems = typed(kind, reading.root)
            findings.problems += problems
            declared.add(kind, file, part, findings)
    return declared


def _build(declared: _Declared, default_zone: str, findings: Findings) -> Manifest:
    workspace = build_workspace(declared.workspace, default_zone, findings)
    outlines = {str(name): read_outline(name, part, workspace, findings) for name, part in declared.tables.items()}
    compiler = Compiler(outlines, findings, frozenset(map(str, declared.calendars)))
    compiler.complete_all()
    workspace = _with_connectors(workspace, declared, findings)
    references = References(workspace.sources, frozenset(map(str, declared.roles)), frozenset(_forms(declared)), findings)
    zone = ZoneInfo(workspace.timezone)
    tables = {str(name): build_table(name, part, compiler, references, zone) for name, part in declared.tables.items()}
    calendars = {str(name): build_calendar(name, part, findings) for name, part in declared.calendars.items()}
    check_calendar_of(declared.workspace, calendars, findings)
    roles = build_roles(declared.roles, compiler)
    connectors = {
        str(name): build_connector(name, part, compiler, tables, zone) for name, part in declared.connectors.items()
    }
    rules = Surroundings(references, tables, connectors, {str(name): each for name, each in declared.connectors.items()})
    around = AlertSurroundings(references, calendars, rules)
    alerts = ((str(name), build_alert(name, part, compiler, around)) for name, part in declared.alerts.items())
    found = {name: alert for name, alert in alerts if alert is not None}
    _check_renames(declared, findings)
    manifest = Manifest(
        workspace,
        tables,
        roles,
        calendars,
        found,
        {},
        dict(_automations(declared, compiler, rules, zone)),
        dict(_arbitrations(declared, compiler, Judged(references, tables))),
        connectors,
    )
    return replace(manifest, scenarios=dict(_scenarios(declared, manifest, findings)))


def _with_connectors(workspace: Workspace, declared: _Declared, findings: Findings) -> Workspace:
    """The workspace whose sources are its own and every connector."""
    named = {str(name): part.plain("title") or str(name) for name, part in declared.connectors.items()}
    for name in declared.connectors:
        if name in RESERVED_SOURCES:
            findings.add(rule_messages.CONNECTOR_RESERVED, name)
    for source in sources_of(declared.workspace):
        first = next((name for name in declared.connectors if name == source), None)
        if first is not None:
            findings.add(rule_messages.SOURCE_HAS_FILE, source, first=first.place)
    return replace(workspace, sources={**workspace.sources, **named})


def _automations(
    declared: _Declared, compiler: Compiler, around: Surroundings, zone: ZoneInfo
) -> Iterator[tuple[str, Automation]]:
    alerts = {str(name): part.plain("on") or "" for name, part in declared.alerts.items()}
    forms = {str(form): str(name) for name, part in declared.tables.items() for form in part.part("forms")}
    started = Started(alerts, forms, public_forms(around.tables), zone)
    for name, part in declared.automations.items():
        automation = build_automation(name, part, compiler, around, started)
        if automation is not None:
            yield str(name), automation
    check_buttons(declared.automations, compiler)


def _arbitrations(declared: _Declared, compiler: Compiler, around: Judged) -> Iterator[tuple[str, Arbitration]]:
    for name, part in declared.arbitrations.items():
        arbitration = build_arbitration(name, part, compiler, around)
        if arbitration is not None:
            yield str(name), arbitration
    check_nodes(declared.arbitrations, compiler)


def _scenarios(declared: _Declared, manifest: Manifest, findings: Findings) -> Iterator[tuple[str, Scenario]]:
    """The scenarios, each with its file; their names are checked against all that is declared."""
    if not declared.scenarios:
        return
    known, zone = Known.of(manifest, map(str, declared.alerts)), ZoneInfo(manifest.workspace.timezone)
    for file, part in declared.scenarios.items():
        scenario = read_scenario(part, zone, known, findings)
        if scenario is not None:
            yield file, scenario


def _forms(declared: _Declared) -> Iterator[str]:
    for part in declared.tables.values():
        yield from (str(name) for name in part.part("forms"))


def _check_renames(declared: _Declared, findings: Findings) -> None:
    """Reports a `was` that names something still declared beside it."""
    _check_was(declared.tables, messages.WAS_STILL_THERE, findings)
    for table in declared.tables.values():
        flow = table.part("flow")
        for siblings in (table.named("fields"), flow.named("nodes"), flow.named("exits")):
            _check_was(dict(siblings), messages.WAS_STILL_THERE, findings)
        for _, each in table.named("fields"):
            _check_was(dict(each.named("options")), messages.WAS_STILL_THERE, findings)


def _check_was(siblings: Mapping[Written, Part], message: Message, findings: Findings) -> None:
    for part in siblings.values():
        was = part.text("was")
        if was is not None and was in siblings:
            findings.add(message, was)
