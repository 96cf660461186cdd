"""The furniture workspace, pressed: what takes a day there takes seconds here, so that a whole story fits into a test."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.surroundings import ROOT

_LENGTH = re.compile(r"(?<![\w.:-])(\d+)([mhd])(?![\w:])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_TRIES = re.compile(r"(?<=retry: \{times: )\d+")
_ENOUGH = "20"
"""Of some ten thousand calls one or two meet four faults of a vendor in a row: that is no matter of ours."""
_STORY = Path("tables", "samples", "story.toml")
# A quota a minute, which a day in seconds would use up at once, is one a second. What depends on when somebody gets round
# to it, and not on what was said, differs from run to run: it is made to depend on what was said, or left out.
_PATCHES = {
    "automations/automations.yaml": (("claim: {node: risk_passed}", 'claim: {node: risk_passed, at: "{paid}"}'),),
    "automations/alerts.yaml": (
        ("title: 快递失联\n", "title: 快递失联\n    enabled: false\n"),
        ("-24, 'hours'", "-2, 'seconds'"),
    ),
    "automations/connectors/wecom.yaml": (("{per_minute: 20, per_hour: 800}", "{per_second: 20}"),),
    "automations/connectors/mail.yaml": (("per_minute: 60", "per_second: 60"),),
}


def pressed_workspace(folder: Path, speed: float, story: Mapping[str, str]) -> Path:
    """A copy in which every declared length is so many times shorter, never less than a second; the story as told.

    `story` says which of the story's lines are replaced, each named by its beginning. Work is done round the clock.
    """
    for source in sorted(ROOT.glob("tables/**/*")) + sorted(ROOT.glob("automations/**/*")):
        target = folder / source.relative_to(ROOT)
        if source.is_dir() or "scenarios" in source.parts:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_bytes()
        if source.suffix == ".yaml" and source.name != "workspace.yaml" and source.parent.name != "connectors":
            text = _LENGTH.sub(lambda found: _shorter(found, speed), text.decode()).encode()
        elif source.suffix == ".yaml" and source.parent.name == "connectors":
            text = _TRIES.sub(_ENOUGH, text.decode()).encode()
        target.write_bytes(text)
    for name, patches in _PATCHES.items():
        _patch(folder / name, patches)
    (folder / "automations" / "calendars.yaml").write_text(
        'calendars:\n  factory: {weekly: {mon-sun: ["00:00-24:00"]}}\n  office: {weekly: {mon-sun: ["00:00-24:00"]}}\n',
        "utf-8",
    )
    told = (folder / _STORY).read_text("utf-8").splitlines()
    for beginning, line in story.items():
        found = [number for number, each in enumerate(told) if each.startswith(beginning)]
        assert len(found) == 1, f"{beginning!r} stands {len(found)} times in the story"
        told[found[0]] = line
    (folder / _STORY).write_text("\n".join(told), "utf-8")
    return folder


def _patch(file: Path, patches: Iterable[tuple[str, str]]) -> None:
    text = file.read_text("utf-8")
    for old, new in patches:
        assert old in text, f"{old!r} no longer stands in {file}"
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def _shorter(found: "re.Match[str]", speed: float) -> str:
    return f"{max(1, round(int(found[1]) * _SECONDS[found[2]] / speed))}s"
