"""What `make demo` says is seen while it runs: make holds back only lines that are not marked with +."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("options", "mark"), [([], "+"), (["--jobs=2"], "+"), (["ARGS=--days 30 -n"], "+"), (["-n"], "")]
)
def test_its_lines_are_marked_unless_nothing_is_to_run(options: list[str], mark: str, tmp_path: Path) -> None:
    stop = tmp_path / "stop.mk"
    stop.write_text("$(error mark=[$(NOW)])\n")  # read after the Makefile, before anything runs
    ran = subprocess.run(
        ["make", *options, "-f", "Makefile", "-f", str(stop), "demo"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"mark=[{mark}]" in ran.stderr
