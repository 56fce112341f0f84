"""After an import what fell due with the new rows is found and planned at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.visits import VisitKind
from models.plans import PlanRun
from models.retirees import Retiree
from services.registers import import_file
from services.steps import Step, Steps
from tests.factories import add_visit
from tests.registers.samples import RETIREE, VOLUNTEER, table
from tests.services.play import Play
from tests.services.scenes import rows_of

Write = Callable[..., Path]


async def test_an_import_is_planned_and_a_trial_is_not(steps: Steps, write_xlsx: Write) -> None:
    sent: list[tuple[str, list[UUID]]] = []
    play = Play(steps, steps.clock)  # type: ignore[arg-type]  # a clock that the test holds
    steps.send = lambda actor, ids: sent.append((actor, ids))
    await import_file(steps, write_xlsx(table(RETIREE)), dry_run=True)
    assert sent == []
    await import_file(steps, write_xlsx(table(VOLUNTEER)))
    await import_file(steps, write_xlsx(table(RETIREE)))
    assert [actor for actor, _ in sent] == ["plan.imported", "plan.imported"]
    steps.send = lambda actor, ids: play.queue.append((actor, ids))
    (retiree,) = await rows_of(steps, Retiree)

    async def owe(step: Step) -> None:
        await add_visit(step, VisitKind.CARE, retiree.id, division_code=retiree.division_code)

    await steps.run("system", owe)
    play.queue.extend(sent[-1:])
    await play.drain()
    runs: list[Any] = await rows_of(steps, PlanRun)
    assert [run.cause for run in runs][:1] == ["import"]
