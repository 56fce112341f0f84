"""The timetable's bookkeeping: a period is done when its work is."""

from __future__ import annotations

from uuid import UUID

from models.plans import Period
from services.steps import Step


async def finish_period(step: Step, period_id: UUID) -> None:
    """Mark a claimed period as done; without this it is claimed again when its lease ends."""
    period = await step.session.get(Period, period_id)
    if period is not None and period.done_at is None:
        period.done_at = step.now
