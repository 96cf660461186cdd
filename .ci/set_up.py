"""Sets up everything below `.venv/`: the locked packages, this package itself, the built front end.

Needs Python and its standard library alone. What was done is remembered by the digest of what asked for it, so that a
repeat costs nothing: `python3 .ci/set_up.py run` for serving, `python3 .ci/set_up.py dev` for tests and linters.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)

_MIRRORS = {"UV_DEFAULT_INDEX": "PIP_INDEX_URL", "UV_INDEX": "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS": "PIP_FIND_LINKS"}
_CERTIFICATES = {"SSL_CERT_FILE": "PIP_CERT"}


class SetUpError(Exception):
    """What stands in the way, and what would help."""


def set_up(what: str) -> None:
    """Makes ready for `run` or `dev`; raises SetUpError, or CalledProcessError when a tool fails."""
    if sys.version_info < OLDEST:
        raise SetUpError(f"Mailuo needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    _make_venv()
    _install_uv()
    _install_packages(what)
    _install_mailuo()
    _call(PYTHON, "web/front_end.py")


def _make_venv() -> None:
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    if not _has_venv():
        _install_venv()
    _say("making .venv")
    _call(sys.executable, "-m", "venv", "--clear", str(VENV))


def _has_venv() -> bool:
    return (
        subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode
        == 0
    )


def _install_venv() -> None:
    """Gets Debian's missing half of Python, where that is allowed."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetUpError(
            f"Python's venv is missing; install it (Debian, Ubuntu: apt-get install {package}), then try again"
        )
    _say(f"installing {package}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _call("apt-get", "-qq", "update", environment=quiet)
    _call("apt-get", "-qq", "install", "-y", "--no-install-recommends", package, environment=quiet)


def _install_uv() -> None:
    wanted = _digest(LOCKS / "uv.txt")
    if _done("uv", wanted) and UV.exists():
        return
    _say("installing uv")
    _call(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        LOCKS / "uv.txt",
    )
    _remember("uv", wanted)


def _install_packages(what: str) -> None:
    """Installs the locked packages; those for tests contain those for running."""
    if _done("dev", _digest(LOCKS / "dev.txt")) or (what == "run" and _done("run", _digest(LOCKS / "run.txt"))):
        return
    _say("installing packages")
    _uv("install", "--require-hashes", "-r", str(LOCKS / f"{what}.txt"))
    _remember(what, _digest(LOCKS / f"{what}.txt"))


def _install_mailuo() -> None:
    wanted = _digest(ROOT / "pyproject.toml")
    if _done("mailuo", wanted) and (VENV / "bin" / "mailuo").exists():
        return
    _say("installing mailuo and building its front end")
    _uv("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _remember("mailuo", wanted)


def _uv(*arguments: str) -> None:
    """Runs uv in the virtual environment, with the mirrors that pip is told to use and the system's certificates."""
    given = {name: os.environ[pip] for name, pip in (_MIRRORS | _CERTIFICATES).items() if os.environ.get(pip)}
    _call(UV, "pip", *arguments, "--quiet", "--system-certs", "--python", PYTHON, environment={**given, **os.environ})


def _digest(path: Path) -> str:
    return sha256(f"{sys.version}\0{ROOT}\0".encode() + path.read_bytes()).hexdigest()


def _done(what: str, wanted: str) -> bool:
    stamp = _stamp(what)
    return stamp.is_file() and stamp.read_text("utf-8") == wanted


def _remember(what: str, wanted: str) -> None:
    _stamp(what).write_text(wanted, "utf-8")


def _stamp(what: str) -> Path:
    return VENV / f".mailuo-{what}"


def _call(*command: object, environment: "dict[str, str] | None" = None) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=True)


def _say(what: str) -> None:
    print(f"· {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        set_up(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetUpError as problem:
        sys.exit(f"error: {problem}")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"error: this failed: {' '.join(failed.cmd)}")
