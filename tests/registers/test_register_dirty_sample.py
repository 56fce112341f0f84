"""The generated registers with every trap: each is found where it was laid, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.registers import Kind, RegisterError, import_file
from services.steps import Steps

dirty = pytest.importorskip("simulation.sample.dirty", reason="the sample generator is not there yet")
TODAY = date(2026, 11, 24)
UNUSABLE = "retirees-unusable.xlsx"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return dirty.write_dirty_sample(tmp_path_factory.mktemp("dirty"), 7, TODAY)


@pytest.mark.parametrize(
    "name",
    ["retirees-traps.xlsx", "retirees-merged-header.xlsx", "retirees-gb18030.csv", "volunteers-traps.xlsx"],
)
async def test_every_trap_has_its_effect(sample: Any, name: str, run: Callable[..., Any]) -> None:
    file = next(file for file in sample.files if file.path.name == name)
    result, findings = await run(file.path)
    assert result.kind is (Kind.VOLUNTEERS if file.is_volunteers else Kind.RETIREES)
    assert (result.rows, result.accepted) == (file.rows, file.accepted)
    by_row = defaultdict(list)
    for finding in findings:
        by_row[finding.row].append(finding)
    for laid in (finding for finding in sample.findings if finding.file == name):
        here = [f for f in by_row[laid.row] if laid.column in ("", f.heading)]
        results = {f.result for f in by_row[laid.row]}
        effect = str(laid.effect)
        if effect in ("rejected", "duplicate"):
            assert here, laid
            assert results == {"未导入"}, laid
        elif effect == "warned":
            assert "已导入但请核对" in {f.result for f in here}, laid
        elif effect == "read":
            assert "未导入" not in results, laid
            assert "已导入但请核对" not in {f.result for f in here}, laid
        else:
            assert not by_row[laid.row], laid


async def test_a_register_without_a_usable_row_is_refused(sample: Any, steps: Steps, tmp_path: Path) -> None:
    file = next(file for file in sample.files if file.path.name == UNUSABLE)
    report = tmp_path / "report.xlsx"
    with pytest.raises(RegisterError) as refusal:
        await import_file(steps, file.path, report_path=report)
    assert UNUSABLE in refusal.value.in_language("zh-CN")
    assert report.exists()
