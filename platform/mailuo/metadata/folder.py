"""The folder of a workspace: its declaration files in, and out again as they were published."""

from collections.abc import Mapping
from pathlib import Path

from mailuo.base.problems import Place, Problem
from mailuo.metadata import grammar_messages

_FOLDERS = ("tables", "automations")
_ENDINGS = (".yaml", ".yml", ".json")
_LONGEST_NAME = 200
MOST_FILES = 500


def read_folder(folder: Path) -> dict[str, str]:
    """The text of every declaration file of a workspace by its path in the folder, in file order; hidden files are left out."""
    paths = (
        path for name in _FOLDERS for path in (folder / name).rglob("*") if path.suffix in _ENDINGS and path.is_file()
    )
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: names[name].read_bytes().decode("utf-8", "replace") for name in sorted(names) if "/." not in name}


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes the files below the folder, each byte as it was published."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def name_problem(name: str) -> Problem | None:
    """What is wrong with the name of a declaration file, or None; a good one stays below its folder."""
    parts = name.split("/")
    fits = len(parts) > 1 and parts[0] in _FOLDERS and name.endswith(_ENDINGS) and len(name) <= _LONGEST_NAME
    if fits and name.isprintable() and "\\" not in name and all(part and not part.startswith(".") for part in parts):
        return None
    return grammar_messages.FILE_NAME(
        place=Place("".join(each if each.isprintable() else "·" for each in name[:_LONGEST_NAME]))
    )
