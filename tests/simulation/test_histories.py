"""One seed is one history; faults cost time and nothing else."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.seal import KeyRing, use_keys
from simulation.run import Run, simulate


async def play(tmp_path: Path, name: str, run: Run) -> dict[str, object]:
    use_keys(KeyRing(b"simulated people need no secrecy"))
    folder = tmp_path / name
    folder.mkdir()
    url = f"sqlite+aiosqlite:///{folder / 'world.sqlite'}"
    return await simulate(run, url, ZoneInfo("Asia/Shanghai"), folder, lambda _share, _word: None)


async def test_the_same_seed_gives_the_same_history_and_another_seed_another(tmp_path: Path) -> None:
    run = Run(days=3, retirees=80, volunteers=24, seed=7)
    first = await play(tmp_path, "first", run)
    again = await play(tmp_path, "again", run)
    other = await play(tmp_path, "other", Run(days=3, retirees=80, volunteers=24, seed=8))
    assert first["hash"] == again["hash"]
    assert first["visits"] == again["visits"]
    assert first["hash"] != other["hash"]
    visits = first["visits"]
    assert isinstance(visits, dict)
    assert visits["completed"] > 0
    assert first["doctor"] == {"ok": True, "problems": []}


@pytest.mark.parametrize("seed", [1, 2])
async def test_faults_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    figures = await play(tmp_path, "faults", Run(days=3, retirees=80, volunteers=24, seed=seed, faults=True))
    faults, messages = figures["faults"], figures["messages"]
    assert isinstance(faults, dict)
    assert isinstance(messages, dict)
    assert faults["injected"] > 20
    assert (messages["lost"], messages["twice"], messages["stale"]) == (0, 0, 0)
    assert figures["doctor"] == {"ok": True, "problems": []}
