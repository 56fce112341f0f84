"""Waiting texts are claimed in the order of an index: nothing is sorted, however many are due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from config.clock import ManualClock
from models.ids import new_id
from models.messages import Message
from scheduler.ticks import claim_texts
from services.draining import WAITING
from services.steps import Steps

INDEX = "ix_messages_queue"
MANY = 3_000
TABLE: Any = Message.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


@pytest.fixture
async def crowded(steps: Steps, clock: ManualClock) -> None:
    """So many offers are due that sorting them would be seen."""
    same = {
        "template": "V1",
        "status": "queued",
        "priority": 3,
        "audience": "volunteer",
        "code": "",
        "segments": 1,
        "attempts": 0,
        "gateway": "",
        "gateway_ref": "",
        "failure": "",
        "send_at": clock.now() - timedelta(seconds=1),
        "expires_at": clock.now() + timedelta(hours=1),
        "created_at": clock.now(),
        "division_code": "430111001001",
        "managing_agency": "",
    }
    async with steps.db.write() as session:
        rows = [{**same, "id": new_id(), "natural_key": f"V1/{n}"} for n in range(MANY)]
        await session.execute(sa.insert(TABLE), rows)
    if steps.db.url.startswith("postgresql"):
        async with steps.db.write() as session:
            await session.execute(sa.text("ANALYZE messages"))


async def explained(steps: Steps, work: Any) -> str:
    """How the database would find the rows of each claim that `work` makes."""
    said: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "messages.priority" in statement and "LIMIT" in statement:
            said.append((statement, parameters))

    async with steps.db.write() as session:
        connection = await session.connection()
        engine = connection.sync_connection.engine  # type: ignore[union-attr]  # it is open
        event.listen(engine, "before_cursor_execute", listen)
        await work(session)
        event.remove(engine, "before_cursor_execute", listen)
        word = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        lines = []
        for statement, parameters in said:
            found = await connection.exec_driver_sql(f"{word} {statement}", tuple(parameters))
            lines += [str(row) for row in found]
    return "\n".join(lines)


async def test_a_workers_batch_sorts_nothing(steps: Steps, clock: ManualClock, crowded: None) -> None:
    plan = await explained(steps, lambda s: s.execute(WAITING, {"now": clock.now(), "most": 100}))
    assert INDEX in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


async def test_a_ticks_claim_sorts_nothing(steps: Steps, clock: ManualClock, crowded: None) -> None:
    plan = await explained(steps, lambda s: claim_texts(s, clock.now(), 1_000))
    assert INDEX in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
