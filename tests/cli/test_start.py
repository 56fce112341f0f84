"""What is wrong with our texts is said when a process starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config.settings import Settings
from tanfang.runtime import create_runtime

LONG = "长沙市退休人员管理中心"


@pytest.mark.parametrize(("signature", "rules"), [("长沙退管", set()), (LONG, {"segments"})])
async def test_the_texts_are_looked_at_under_the_own_signature(
    tmp_path: Path, signature: str, rules: set[str]
) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own argument
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'start.sqlite'}",
        var_dir=tmp_path,
        sms_signature=signature,
    )
    with capture_logs() as logs:
        async with create_runtime(settings):
            pass
    assert {line["rule"] for line in logs if line["event"] == "template.problem"} == rules
