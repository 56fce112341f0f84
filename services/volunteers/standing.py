"""A volunteer's place: paused, back, gone, or in another pool or district from a day on."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from models.divisions import Division
from models.pools import PoolTransfer
from models.volunteers import Pool, Volunteer, VolunteerStatus
from services.audit import audit
from services.errors import BadInput, WrongMoment
from services.steps import Step
from services.volunteers.letting_go import let_go


async def change_status(step: Step, volunteer: Volunteer, status: str, reason: str) -> Volunteer:
    """Pause, take back, or let go. Whoever is not active gives every promised visit to others at once.

    Raises:
        BadInput: an unknown status or no reason.
        WrongMoment: it is the status already.
    """
    if status not in set(VolunteerStatus):
        raise BadInput("status", "Choose a status.", "status")
    if len(reason.strip()) < 2:
        raise BadInput("reason", "Say why.", "reason")
    if volunteer.status == status:
        raise WrongMoment("unchanged", "This is the status already.")
    volunteer.status, volunteer.updated_at = VolunteerStatus(status), step.now
    await audit(step, "volunteer.status", volunteer, fields=["status"], why=reason)
    if volunteer.status is not VolunteerStatus.ACTIVE:
        await let_go(step, volunteer, "suspended")
    return volunteer


async def transfer(
    step: Step, volunteer: Volunteer, division_code: str, pool: str, effective_on: date, reason: str
) -> PoolTransfer:
    """The volunteer belongs to another district or pool from a day on; today's takes effect at once.

    Raises:
        BadInput: an unknown place or pool, a day in the past, nothing that changes, or no reason.
        WrongMoment: another transfer is waiting.
    """
    if effective_on < step.today:
        raise BadInput("effective_on", "Rule VOL-01: choose today or a later day.", "effective_on")
    if pool not in set(Pool):
        raise BadInput("pool", "Choose a pool.", "pool")
    if len(reason.strip()) < 2:
        raise BadInput("reason", "Say why.", "reason")
    if await step.session.get(Division, division_code) is None:
        raise BadInput("division", "There is no such area.", "division_code")
    if (volunteer.division_code, volunteer.pool) == (division_code, pool):
        raise BadInput("unchanged", "Rule VOL-01: the volunteer belongs there already.", "division_code")
    waiting = await step.session.scalar(
        select(col(PoolTransfer.id)).where(
            col(PoolTransfer.volunteer_id) == volunteer.id, col(PoolTransfer.done_at).is_(None)
        )
    )
    if waiting is not None:
        raise WrongMoment("waiting", "Another transfer of this volunteer is waiting for its day.")
    row = PoolTransfer(
        volunteer_id=volunteer.id,
        from_pool=volunteer.pool,
        from_division=volunteer.division_code,
        to_pool=pool,
        effective_on=effective_on,
        decided_by=step.actor,
        decided_at=step.now,
        reason=reason.strip()[:128],
        division_code=division_code,
    )
    step.session.add(row)
    await audit(step, "volunteer.transfer", row, fields=["to_pool", "division_code"], why=reason)
    await step.session.flush()
    await carry_out_transfers(step)
    return row


async def carry_out_transfers(step: Step) -> int:
    """Transfers whose day has come; returns how many. Promised visits stay promised."""
    rows = await step.session.scalars(
        select(PoolTransfer).where(
            col(PoolTransfer.done_at).is_(None), col(PoolTransfer.effective_on) <= step.today
        )
    )
    done = 0
    for row in rows.all():
        volunteer = await step.session.get(Volunteer, row.volunteer_id)
        row.done_at = step.now
        if volunteer is not None:
            volunteer.pool, volunteer.division_code = Pool(row.to_pool), row.division_code
            volunteer.place = ""  # the old home; the community's place holds until a new one is known
            volunteer.updated_at = step.now
            done += 1
    return done
