"""Personal data stays out of the logs also when things go wrong: failing actors, rows, queues, gateways."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models.messages import Message
from models.retirees import Retiree
from models.seal import SealError
from models.visits import Visit
from scheduler.metronome import look
from services.steps import Step
from simulation.gateway import SimulatedCrash
from tanfang.runtime import Runtime
from tests.factories import add_retiree
from tests.flows.test_canary import HIDDEN, NAMES, SEALED, log, plant, runtime, settings
from workers import actors
from workers.actors import run_actor
from workers.context import WorkerContext

__all__ = ["log", "runtime", "settings"]
FORBIDDEN = (*HIDDEN, *NAMES)


def logged(log: Path) -> str:
    import sys

    sys.stderr.flush()
    return log.read_text(encoding="utf-8")


def leaks(text: str) -> list[str]:
    return [word for word in FORBIDDEN if word in text]


class Dying:
    """A gateway that dies with the text in its hands."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.name, self.capabilities = inner.name, inner.capabilities

    async def send(self, outgoing: Any, now: Any) -> Any:
        raise SimulatedCrash("died")

    async def find(self, outgoing: Any, since: Any) -> Any:
        raise RuntimeError("the list is gone")


async def test_a_gateway_that_dies_tells_the_log_no_number(runtime: Runtime, log: Path) -> None:
    context = WorkerContext(runtime.steps, Dying(runtime.gateway))  # type: ignore[arg-type]  # as much as is called
    visit = await runtime.steps.run("system", plant)

    async def send(step: Step) -> list[Any]:
        from services.texts import text_retiree

        retiree = await step.session.get(Retiree, visit.retiree_id)
        row = await step.session.get(Visit, visit.id)
        assert retiree is not None
        assert row is not None
        await text_retiree(step, "R7", row, retiree, "canary", {}, step.now + timedelta(days=1))
        return list(await step.session.scalars(select(col(Message.id))))

    ids = await runtime.steps.run("system", send)
    assert ids
    await run_actor(context, "messages.send", ids)
    text = logged(log)
    assert "actor.failed" in text
    assert str(ids[0]) in text
    assert leaks(text) == []


async def test_a_broken_row_is_named_by_its_id_only(runtime: Runtime, log: Path) -> None:
    visit = await runtime.steps.run("system", plant)

    async def read(_context: WorkerContext, _row_id: Any) -> None:
        async with runtime.steps.open() as step:
            row = await step.session.get(Retiree, visit.retiree_id)
            assert row is not None
            assert row.phone_sealed is not None
            row.phone_sealed = row.phone_sealed[:-1] + b"!"
            _ = row.phone

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(actors.ACTORS, "visits.step", actors.ActorSpec(read, "visits", 1))
        await run_actor(WorkerContext(runtime.steps, runtime.gateway), "visits.step", [visit.id])
    text = logged(log)
    assert SealError.__name__ in text
    assert leaks(text) == []


async def test_a_statement_that_fails_hides_its_values(runtime: Runtime, log: Path) -> None:
    await runtime.steps.run("system", plant)

    async def twice(step: Step) -> None:
        await add_retiree(step, name=NAMES[0], phone=SEALED["phone"], id_number=SEALED["id_number"])

    with pytest.raises(IntegrityError) as failure:
        await runtime.steps.run("system", twice)
    assert leaks(str(failure.value)) == []

    async def by_hand(step: Step) -> None:
        await step.session.execute(
            sa.text("INSERT INTO nowhere (name, phone) VALUES (:n, :p)"),
            {"n": NAMES[0], "p": SEALED["phone"]},
        )

    with pytest.raises(sa.exc.DBAPIError) as failure_by_hand:
        await runtime.steps.run("system", by_hand)
    assert leaks(str(failure_by_hand.value)) == []
    text = logged(log)
    assert "step.retried" in text
    assert leaks(text) == []


async def test_a_queue_that_is_down_is_logged_without_a_word_of_anybody(runtime: Runtime, log: Path) -> None:
    def broken(actor: str, ids: list[Any]) -> None:
        raise ConnectionError("the queue is down")

    runtime.steps.send = broken
    await runtime.steps.run("system", plant)

    async def hint(step: Step) -> None:
        step.hint("visits.step", (await step.session.scalars(select(col(Visit.id)))).one())

    await runtime.steps.run("system", hint)
    assert await look(runtime.steps, broken) == {}
    text = logged(log)
    assert "hint.lost" in text
    assert "tick.failed" in text
    assert leaks(text) == []
