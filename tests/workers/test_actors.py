"""Actors exist under the names that others use, carry ids only, and one failure stops nobody else."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from dramatiq.brokers.stub import StubBroker

from config.settings import load_settings
from scheduler.timetable import TIMETABLE
from workers import actors
from workers.actors import ACTORS, ActorSpec, run_actor
from workers.broker import create_broker, create_send, declare_actors
from workers.context import WorkerContext

ROOT = Path(__file__).resolve().parents[2]


def named_actors() -> set[str]:
    """Names in `step.hint("…")` and the keys of what a tick claims."""
    names: set[str] = {entry.name for entry in TIMETABLE}
    for path in (*(ROOT / "services").rglob("*.py"), *(ROOT / "scheduler").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "hint"
            ):
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{path}: an actor's name must be written out"
                names.add(str(first.value))
            if path.name == "ticks.py" and isinstance(node, ast.Dict):
                names |= {
                    str(k.value) for k in node.keys if isinstance(k, ast.Constant) and "." in str(k.value)
                }
    return names


def test_every_name_that_is_used_is_an_actor() -> None:
    names = named_actors()
    assert {"visits.step", "messages.send", "inbound.read", "plan.run", "due.generate"} <= names
    assert names <= set(ACTORS), names - set(ACTORS)


def test_replies_go_before_everything_else() -> None:
    assert min(ACTORS.values(), key=lambda spec: spec.priority).queue == "replies"


def test_a_message_carries_ids_only() -> None:
    broker = create_broker(load_settings())
    assert isinstance(broker, StubBroker)
    declare_actors(broker, None, None)
    row_id = uuid4()
    create_send(broker)("messages.send", [row_id])
    (body,) = broker.queues["messages"].queue
    message = json.loads(body)
    assert message["args"] == [[str(row_id)]]
    assert message["kwargs"] == {}
    assert "max_retries" not in message["options"]
    broker.close()


async def test_one_bad_row_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[UUID] = []

    async def work(_context: WorkerContext, row_id: UUID) -> None:
        if row_id == bad:
            raise RuntimeError("this row cannot be worked on")
        done.append(row_id)

    async def work_many(_context: WorkerContext, ids: list[UUID]) -> None:
        raise RuntimeError("nor can the batch")

    good, bad, last = uuid4(), uuid4(), uuid4()
    monkeypatch.setitem(actors.ACTORS, "messages.send", ActorSpec(work, "messages", 1, work_many=work_many))
    await run_actor(None, "messages.send", [good, bad, last])  # type: ignore[arg-type]  # the work needs no context
    assert done == [good, last]
