"""Every move of a visit goes through here: checked against the table, written down with who and why."""

from __future__ import annotations

from typing import Any

from domain.visits import FINAL, VisitStatus, check_move
from models.visits import TimelineEntry, Visit
from services.steps import Step


async def move(step: Step, visit: Visit, to: VisitStatus, event: str, **why: Any) -> None:
    """Change the status. The flush carries `WHERE id = … AND version = …`: zero rows, somebody was first.

    Raises:
        MoveRefused: the table of moves does not allow it.
    """
    before = visit.status
    check_move(before, to)
    visit.status = to
    visit.step_attempts = 0
    if to in FINAL:
        visit.closed_at, visit.wake_at = step.now, None
    await _write(step, visit, event, before, to, why)


async def note(step: Step, visit: Visit, event: str, **why: Any) -> None:
    """Write an event that leaves the status as it is."""
    await _write(step, visit, event, visit.status, visit.status, why)


async def _write(
    step: Step, visit: Visit, event: str, before: VisitStatus, after: VisitStatus, why: dict[str, Any]
) -> None:
    # Counting on the visit's own row moves its version with every event: whoever read it before is noticed.
    visit.events += 1
    if event != "visit.offered":  # whoever makes offers adds them to the promises
        step.promises.clear()
    step.session.add(
        TimelineEntry(
            visit_id=visit.id,
            position=visit.events,
            at=step.now,
            actor=step.actor,
            event=event,
            from_status=before,
            to_status=after,
            why=why,
            division_code=visit.division_code,
            managing_agency=visit.managing_agency,
        )
    )
