"""Makes the environment in `.venv`: locked packages, the project, browser assets. Standard library only.

`python tools/setup.py [--dev | --lock]`. Each step remembers what it was made from (hashes in
`.venv/made-from.json`), so a second run does nothing and a changed lock file redoes its step only.
"""

# ruff: noqa: T201  # a command line speaks to people

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
MADE_FROM = VENV / "made-from.json"
# The lock files are about to change: whatever compares them with what asks for them would refuse.
LOCKING = frozenset({"build", "dev"})
NO_VENV = (
    "This Python cannot make environments (the venv or ensurepip module is missing).\n"
    "Install it (Debian and Ubuntu: apt-get install python3-venv) and run the command again."
)


class SetupError(Exception):
    """A step failed; the text says what to do."""


def run(*command: str | Path, path: str | None = None) -> None:
    """Run one command quietly; on failure its last lines become the error."""
    environment = {**os.environ, "PATH": path or os.environ.get("PATH", os.defpath)}
    done = subprocess.run(  # noqa: S603  # fixed commands of this file
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise SetupError(f"{' '.join(str(part) for part in command)}\nfailed ({done.returncode}):\n{tail}")


def fingerprint(*parts: Path | str) -> str:
    """SHA-256 over file contents and plain words."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def make_venv() -> None:
    """An empty environment of the running Python, by venv or, where Debian split it off, virtualenv or uv."""
    python = getattr(sys, "_base_executable", sys.executable)  # we may run in the environment to be replaced
    try:
        run(python, "-m", "venv", "--clear", VENV)
    except SetupError as error:
        for other in (["virtualenv", "--quiet", "--clear"], ["uv", "venv", "--quiet", "--clear", "--seed"]):
            if shutil.which(other[0]):
                run(*other, "--python", python, VENV)
                return
        without_pip = "ensurepip" in str(error) or "No module named venv" in str(error)
        raise SetupError(NO_VENV) if without_pip else error from error


def pip_install(*arguments: str | Path) -> None:
    """Without build isolation: what builds a package is locked too (requirements/build.txt)."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--no-build-isolation", *arguments)  # fmt: skip  # one command, two lines


def pip_lock(name: str) -> None:
    pip_install("--require-hashes", "-r", f"requirements/{name}.txt")


def find_npm() -> tuple[str, str]:
    """The npm of the machine, else of a wheel, and the search path to run it with."""
    path = os.environ.get("PATH", os.defpath)
    if not (shutil.which("node") and shutil.which("npm")):
        if not (BIN / "npm").exists():
            pip_lock("node")
        path = f"{BIN}{os.pathsep}{path}"
    return shutil.which("npm", path=path) or "npm", path


def browser_assets() -> None:
    """npm packages by package-lock.json, then the few files that pages load."""
    npm, path = find_npm()
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", path=path)
    run(PYTHON, "-m", "tools.assets")


def machine_code() -> None:
    """Compile the planner's inner loops, so that no user waits for it; older ones are thrown away."""
    told = "from planner.kernel.compiled import cache_folder; print(cache_folder())"
    run(PYTHON, "-c", "from planner.solve import load_machine_code; load_machine_code()")
    kept = subprocess.run([PYTHON, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  # fixed
    for folder in (ROOT / "planner" / "kernel" / "__pycache__").glob("machine-code-*"):
        if folder != Path(kept.stdout.strip()):
            shutil.rmtree(folder)


def steps(with_dev: bool) -> list[tuple[str, str, str, Callable[[], None]]]:
    """(key, what a person reads, fingerprint of its inputs, how to do it), in order."""
    locks = ROOT / "requirements"
    rooms = ",".join(sorted(p.parent.name for p in ROOT.glob("*/__init__.py")))
    asset_inputs = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / "tools" / "assets.py")
    listed = [
        ("build", "build tools", fingerprint(locks / "build.txt"), lambda: pip_lock("build")),
        ("base", "Python packages", fingerprint(locks / "base.txt"), lambda: pip_lock("base")),
        ("project", "the tanfang command", fingerprint(ROOT / "pyproject.toml", rooms),
         lambda: pip_install("--editable", ".")),
        ("assets", "browser assets", fingerprint(*asset_inputs), browser_assets),
        ("kernel", "the planner's machine code (about a minute)",
         fingerprint(locks / "base.txt", *sorted((ROOT / "planner" / "kernel").glob("*.py"))), machine_code),
    ]  # fmt: skip  # a table
    if with_dev:
        listed.append(
            ("dev", "developers' packages", fingerprint(locks / "dev.txt"), lambda: pip_lock("dev"))
        )
    return listed


def is_usable(made: dict[str, str]) -> bool:
    """There, of this folder (one made by hand is adopted), and its Python still starts."""
    if made.get("root", str(ROOT)) != str(ROOT) or not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0  # noqa: S603  # our own Python


def set_up(with_dev: bool, only: frozenset[str] | None = None) -> None:
    """Do what is not yet done, or of these steps `only`."""
    made: dict[str, str] = json.loads(MADE_FROM.read_text()) if MADE_FROM.exists() else {}
    if not is_usable(made):
        step("environment in .venv", make_venv)
        made = {}
    made["root"] = str(ROOT)
    for key, title, wanted, work in steps(with_dev):
        if only is not None and key not in only:
            continue
        lost = (key == "assets" and not (ROOT / "api/static/vendor/manifest.json").exists()) or (
            key == "project" and not (BIN / "tanfang").exists()
        )
        if lost or made.get(key) != wanted:
            step(title, work)
            made[key] = wanted
            MADE_FROM.write_text(json.dumps(made, indent=1))


def step(title: str, work: Callable[[], None]) -> None:
    """Say what is being waited for, then how long it took; on stderr, as stdout is for figures."""
    start = time.monotonic()
    print(f"setup: {title} …", end="", file=sys.stderr, flush=True)
    try:
        work()
    except BaseException:
        print(" failed", file=sys.stderr)
        raise
    print(f" {time.monotonic() - start:.0f} s", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description="Make or refresh the environment in .venv.")
    parser.add_argument("--dev", action="store_true", help="with what tests and checks need")
    parser.add_argument("--lock", action="store_true", help="only what it takes to resolve lock files again")
    arguments = parser.parse_args()
    with Path(__file__).open() as lock:  # two at once would undo each other's work
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            set_up(arguments.dev or arguments.lock, LOCKING if arguments.lock else None)
        except SetupError as error:
            print(f"setup: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
