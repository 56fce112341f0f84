"""What is looked at every morning: hospital stays, missing persons, provisional deadlines."""

from __future__ import annotations

from sqlmodel import col, select

from domain.departures import ProposalKind
from models.desk import DeskItem
from models.life import IN_FORCE, StatusProposal
from models.retirees import Retiree
from services.life.deadlines import settle_deadlines
from services.life.hospital import ask_again
from services.life.matters import open_matter
from services.steps import Step

DISTRICT = 1


async def keep_watch(step: Step) -> dict[str, int]:
    """How many matters of each sort were opened, and how many deadlines moved."""
    return {
        "hospital_rechecks": await ask_again(step),
        "missing_too_long": await _missing_too_long(step),
        "deadlines_moved": await settle_deadlines(step),
    }


async def _missing_too_long(step: Step) -> int:
    """More than six months: the agency is asked to suspend, once (Regulation art. 32(2))."""
    rows = await step.session.scalars(
        select(StatusProposal).where(
            col(StatusProposal.kind) == ProposalKind.MISSING,
            col(StatusProposal.status).in_(IN_FORCE),
            col(StatusProposal.due_on) <= step.today,
        )
    )
    count = 0
    for row in rows.all():
        retiree = await step.session.get(Retiree, row.retiree_id)
        if retiree is None or await _is_asked(step, row):
            continue
        await open_matter(step, "suspend_missing", str(row.id), retiree, rung=DISTRICT, matter="missing")
        count += 1
    return count


async def _is_asked(step: Step, row: StatusProposal) -> bool:
    key = f"suspend_missing/{row.id}"
    return (
        await step.session.scalar(select(col(DeskItem.id)).where(col(DeskItem.natural_key) == key))
    ) is not None
