"""A small city through the product's tables."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bench import product
from models.seal import KeyRing, use_keys


def test_a_small_city_is_filled_planned_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    asyncio.run(product._measure(tmp_path, visits=60, seed=1))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    told = {line["what"]: line for line in lines if line.get("bench") == "product"}
    assert told["fill"]["visits"] == 60
    whole = told["whole"]
    assert whole["status"] == "done"
    assert whole["planned"] + whole["unserved"] == 60
