"""Needs that visitors found, passed on to whoever can help, with a day by which they are taken up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from domain.needs import ReferralKind, closed_in_time_percent, referral_due
from models.care import Referral
from models.retirees import Retiree
from models.visits import Visit
from services.audit import audit
from services.calendars import working_days
from services.errors import BadInput, NotFound, WrongMoment
from services.steps import Step

SHORTEST_RECEIVER = 2


@dataclass(frozen=True)
class ReferralForm:
    """What is needed, and who gets it."""

    kind: str
    receiver: str
    need: str = ""
    visit_id: UUID | None = None


async def open_referral(step: Step, retiree: Retiree, form: ReferralForm) -> Referral:
    """Pass a need on; due after five working days (rule CARE-05).

    Raises:
        BadInput: an unknown kind, nobody named to receive it, or another person's visit.
    """
    if form.kind not in set(ReferralKind):
        raise BadInput("kind", "Rule CARE-05: choose the kind of referral.", "kind")
    if len(form.receiver.strip()) < SHORTEST_RECEIVER:
        raise BadInput("receiver", "Rule CARE-05: name who takes it up.", "receiver")
    if form.visit_id is not None:
        visit = await step.session.get(Visit, form.visit_id)
        if visit is None or visit.retiree_id != retiree.id:
            raise BadInput("visit", "The visit is not one to this person.", "visit_id")
    deadline = referral_due(step.today, step.policy, await working_days(step))
    row = Referral(
        retiree_id=retiree.id,
        visit_id=form.visit_id,
        kind=form.kind,
        receiver=form.receiver.strip()[:64],
        opened_on=step.today,
        opened_by=step.actor,
        due_on=deadline.on,
        due_is_provisional=deadline.provisional,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    row.need = form.need.strip()
    step.session.add(row)
    await step.session.flush()
    await audit(step, "referral.open", row, fields=["kind", "receiver"])
    return row


async def close_referral(step: Step, referral_id: UUID, result: str) -> Referral:
    """It was taken up: what came of it.

    Raises:
        NotFound, WrongMoment: no such referral, or already closed.
        BadInput: no result.
    """
    row = await step.session.get(Referral, referral_id)
    if row is None:
        raise NotFound("referral", "There is no such referral.")
    if row.closed_on is not None:
        raise WrongMoment("closed", "This referral is already closed.")
    if not result.strip():
        raise BadInput("result", "Rule CARE-05: say what came of it.", "result")
    row.closed_on, row.closed_by, row.result = step.today, step.actor, result.strip()[:128]
    await audit(step, "referral.close", row, fields=["result"])
    return row


async def load_referrals(
    step: Step, *, only_open: bool = False, only_overdue: bool = False, limit: int = 200
) -> list[tuple[Referral, Retiree]]:
    """Referrals of the reader's area with the persons, the most pressing first."""
    query = select(Referral, Retiree).join(Retiree, col(Retiree.id) == col(Referral.retiree_id))
    if only_open or only_overdue:
        query = query.where(col(Referral.closed_on).is_(None))
    if only_overdue:
        query = query.where(col(Referral.due_on) < step.today)
    order = (col(Referral.closed_on).is_not(None), col(Referral.due_on), col(Referral.id))
    rows = await step.session.execute(query.order_by(*order).limit(limit))
    return [(referral, retiree) for referral, retiree in rows]


async def in_time_percent(step: Step) -> float | None:
    """Of the reader's area: the share of referrals closed by their day, of those whose day has come (§9)."""
    rows = await step.session.execute(select(col(Referral.due_on), col(Referral.closed_on)))
    return closed_in_time_percent(((due_on, closed_on) for due_on, closed_on in rows), step.today)
