"""The set-up tools: what is redone when, and what pages get."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest

from tools import assets, setup, system


def test_a_step_is_redone_when_the_content_of_its_files_changes(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("one==1\n")
    before = setup.fingerprint(lock, "rooms")
    lock.touch()
    assert setup.fingerprint(lock, "rooms") == before
    assert setup.fingerprint(lock, "more rooms") != before
    lock.write_text("one==2\n")
    assert setup.fingerprint(lock, "rooms") != before


def test_an_environment_of_another_folder_is_not_used() -> None:
    assert setup.is_usable({})  # the one that runs this test, made by hand or not
    assert not setup.is_usable({"root": "/somewhere/else"})


def test_a_failing_command_tells_its_last_words() -> None:
    with pytest.raises(setup.SetupError, match=r"failed \(3\):\nthe reason"):
        setup.run("/bin/sh", "-c", "echo the reason >&2; exit 3")


def fake_modules(folder: Path) -> Path:
    for package, inside in assets.ASSETS.values():
        file = folder / package / inside
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"// {inside}")
        (folder / package / "package.json").write_text(json.dumps({"version": "1.2.3"}))
    return folder


def test_assets_come_with_a_manifest_for_integrity_and_caching(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    (vendor / "old").mkdir(parents=True)
    manifest = assets.copy_assets(fake_modules(tmp_path / "modules"), vendor)
    assert {p.name for p in vendor.iterdir()} == {*assets.ASSETS, "manifest.json"}
    assert json.loads((vendor / "manifest.json").read_text()) == manifest
    digest = hashlib.sha256((vendor / "htmx.min.js").read_bytes()).digest()
    assert manifest["htmx.min.js"] == {
        "package": "htmx.org",
        "version": "1.2.3",
        "sha256": digest.hex(),
        "integrity": f"sha256-{base64.b64encode(digest).decode()}",
    }


def test_a_missing_package_leaves_no_manifest_behind(tmp_path: Path) -> None:
    modules = fake_modules(tmp_path / "modules")
    (modules / "htmx-ext-sse" / "dist" / "sse.min.js").unlink()
    with pytest.raises(FileNotFoundError):
        assets.copy_assets(modules, tmp_path / "vendor")
    assert not (tmp_path / "vendor" / "manifest.json").exists()


def test_without_root_the_missing_parts_are_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert system.find_browser() is None
    assert system.main() == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "chromium" in said
    assert "fonts-noto-cjk" in said
