"""What other programs read from make: the last line of standard output is the command's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIGURES = '{"seed": 1}'

# `make test` may be what runs this test: its flags are not these makes'.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The Makefile beside a set-up that talks and commands that tell their arguments."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/setup.py").write_text("print('setting up')\n")
    bin_folder = tmp_path / ".venv/bin"
    bin_folder.mkdir(parents=True)
    script = (
        f"#!/bin/sh\necho \"$@\" > ran\necho working >&2\necho '{FIGURES}'\nexit $(cat code 2>/dev/null)\n"
    )
    for name in ("tanfang", "python"):
        (bin_folder / name).write_text(script)
        (bin_folder / name).chmod(0o755)
    return tmp_path


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "-C", str(folder), f"PYTHON={sys.executable}", *words],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("goal", "ran"),
    [("demo", "demo --json --days 3\n"), ("bench", "-m bench --json --days 3\n")],
)
def test_figures_are_the_last_line(folder: Path, goal: str, ran: str) -> None:
    done = make(folder, goal, "ARGS=--json --days 3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["setting up", FIGURES]
    assert json.loads(done.stdout.splitlines()[-1]) == {"seed": 1}
    assert (folder / "ran").read_text() == ran


def test_figures_are_the_last_line_for_a_make_within_make(folder: Path) -> None:
    outer = folder / "outer"
    outer.mkdir()
    (outer / "Makefile").write_text(
        f"all:\n\t@$(MAKE) -C {folder} demo ARGS=--json PYTHON={sys.executable}\n"
    )
    done = subprocess.run(
        ["make", "--no-print-directory", "-f", str(outer / "Makefile")],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == FIGURES


def test_a_failure_stays_one(folder: Path) -> None:
    (folder / "code").write_text("1")
    done = make(folder, "demo", "ARGS=--json")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == FIGURES


def test_a_dry_run_runs_nothing(folder: Path) -> None:
    done = make(folder, "-n", "demo", "ARGS=--json")
    assert done.returncode == 0
    assert not (folder / "ran").exists()
    assert "tanfang demo --json" in done.stdout
