"""What the documents tell people to type and to read is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from tanfang.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMANDS = set(getattr(get_command(app), "commands", {}))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def typed(page: Path) -> str:
    """What stands between back-ticks, in a line or in a block."""
    quoted = re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", page.read_text(encoding="utf-8"), re.DOTALL)
    return "\n".join(block or inline for block, inline in quoted)


def test_there_are_commands_to_compare_with() -> None:
    assert isinstance(app, typer.Typer)
    assert {"demo", "serve", "doctor"} <= COMMANDS
    assert {"setup", "demo", "test"} <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_documents_exist(page: Path) -> None:
    words = typed(page)
    named = set(re.findall(r"(?:^|[\s/])tanfang ([a-z]+)", words))
    assert named - COMMANDS == set()
    assert set(re.findall(r"(?:^|\s)make ([a-z-]+)", words)) - TARGETS == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_named_in_documents_exist(page: Path) -> None:
    rooms = "|".join(p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith("."))
    named = re.findall(rf"(?:^|[\s`(])((?:{rooms})/[\w./*-]*[\w*])", typed(page))
    ours = [name for name in named if not name.startswith("var/")]
    assert [name for name in ours if not any(ROOT.glob(name))] == []
