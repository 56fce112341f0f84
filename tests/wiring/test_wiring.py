"""What has to fit together: lock files, folders, names that others rely on, documents and code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from domain.visits import FINAL, MOVES
from tools import pages_of_settings, texts

ROOT = Path(__file__).resolve().parents[2]
# A registry's address may come in by copying a log; only these hosts may be named anywhere.
NAMED_HOSTS = re.compile(
    r"https?://(?:[a-z0-9-]+\.)*(?:pypi|pythonhosted|npmjs|debian)\.[a-z]+", re.IGNORECASE
)
MACHINE_PATHS = re.compile(r"(?<![\w./])/(?:root|work|home)/\w")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows, or all files where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git here to tell which files belong to the project")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name)
def test_lock_files_have_hashes_and_no_addresses(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert "--index-url" not in text
    pinned = re.findall(r"^[A-Za-z0-9._-]+==\S+", text, re.MULTILINE)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)


def test_the_npm_lock_file_has_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in re.sub(r'"(?:url|funding)": ?"[^"]*"', "", text)
    assert '"integrity"' in text


def test_no_registry_and_no_path_of_a_machine_is_named() -> None:
    this = Path(__file__).resolve()
    for path in tracked():
        if path == this or path.suffix in {".png", ".svg", ".csv", ".ico"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not NAMED_HOSTS.search(text), path
        assert not MACHINE_PATHS.search(text), path


def test_python_files_are_small() -> None:
    lines = {
        p: len(p.read_text(encoding="utf-8").splitlines())
        for p in tracked("*.py")
        if "migrations" not in p.parts
    }
    assert {str(p): n for p, n in lines.items() if n > 300} == {}
    ours = sorted(n for p, n in lines.items() if "tests" not in p.parts)
    assert ours[len(ours) // 2] < 100


def test_the_drawing_shows_exactly_the_allowed_moves() -> None:
    text = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^    (\w+) --> (\w+)", text, re.MULTILINE))
    assert drawn == {(a.value, b.value) for a, targets in MOVES.items() for b in targets}
    ends = set(re.findall(r"^    (\w+) --> \[\*\]", text, re.MULTILINE))
    assert ends == {status.value for status in FINAL}


def test_the_page_of_settings_is_what_the_class_says() -> None:
    assert pages_of_settings.PAGE.read_text(encoding="utf-8") == pages_of_settings.page()


def test_every_text_is_translated() -> None:
    assert list(texts.faults()) == []


@pytest.mark.parametrize(
    "target", ["setup", "demo", "test", "check", "bench", "drill", "screens", "lock", "help"]
)
def test_make_has_the_targets_others_rely_on(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_the_readme_names_the_two_commands_and_ci_runs_them() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_adr_has_its_parts_and_number() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [p.name[:4] for p in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), page.name


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
