"""Lending volunteers to a district for some days, and calling them back (rule VOL-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import col, select

from models.campaigns import Campaign
from models.divisions import Division
from models.pools import VolunteerLoan
from models.visits import Visit
from models.volunteers import Pool, Volunteer, VolunteerStatus
from services.audit import audit
from services.errors import BadInput, NotFound, WrongMoment
from services.steps import Step
from services.volunteers.letting_go import let_go

LONGEST = timedelta(days=184)


@dataclass(frozen=True)
class LoanForm:
    """Who is lent where, from when to when, both days included."""

    volunteer_ids: Sequence[UUID]
    district: str  # six digits or the twelve of the division
    from_on: date
    to_on: date
    reason: str
    campaign_id: UUID | None = None


async def lend(step: Step, form: LoanForm) -> list[VolunteerLoan]:
    """One loan for each volunteer; they serve the borrowing district only while it lasts.

    Raises:
        BadInput: days in the wrong order or past, an unknown district, the own one, or a second loan for
            the same days (rule VOL-01); then nobody is lent.
        NotFound: unknown volunteer or campaign.
    """
    district = form.district[:6].ljust(12, "0")
    await _check(step, form, district)
    loans = []
    for volunteer_id in dict.fromkeys(form.volunteer_ids):
        volunteer = await _volunteer(step, volunteer_id)
        if volunteer.status is not VolunteerStatus.ACTIVE:
            raise BadInput("not_active", "Rule VOL-01: only active volunteers can be lent.", "volunteer_ids")
        if volunteer.pool is Pool.DISTRICT and volunteer.division_code[:6] == district[:6]:
            raise BadInput("at_home", "Rule VOL-01: this is the volunteer's own district.", "district")
        if await _lent_then(step, volunteer_id, form.from_on, form.to_on):
            raise BadInput(
                "already_lent",
                "Rule VOL-01: already lent on some of these days. End that loan first.",
                "from_on",
            )
        loan = VolunteerLoan(
            volunteer_id=volunteer_id,
            from_district="" if volunteer.pool is Pool.CITY else volunteer.division_code[:6],
            from_on=form.from_on,
            to_on=form.to_on,
            approved_by=step.actor,
            approved_at=step.now,
            reason=form.reason.strip()[:128],
            campaign_id=form.campaign_id,
            division_code=district,
        )
        step.session.add(loan)
        volunteer.updated_at = step.now  # the roster is read again
        loans.append(loan)
        await audit(
            step, "volunteer.lend", loan, fields=["volunteer_id", "from_on", "to_on"], why=form.reason
        )
    await step.session.flush()
    return loans


async def _check(step: Step, form: LoanForm, district: str) -> None:
    if not form.volunteer_ids:
        raise BadInput("volunteer_ids", "Choose who is lent.", "volunteer_ids")
    if form.to_on < form.from_on:
        raise BadInput("to_on", "The last day lies before the first.", "to_on")
    if form.from_on < step.today:
        raise BadInput("from_on", "Rule VOL-01: a loan begins today or later.", "from_on")
    if form.to_on - form.from_on > LONGEST:
        raise BadInput("to_on", "Rule VOL-01: at most half a year. Transfer the volunteer instead.", "to_on")
    if len(form.reason.strip()) < 2:
        raise BadInput("reason", "Say why.", "reason")
    if district[4:6] == "00" or await step.session.get(Division, district) is None:
        raise BadInput("division", "There is no such area.", "district")
    if form.campaign_id is not None and await step.session.get(Campaign, form.campaign_id) is None:
        raise NotFound("campaign", "There is no such campaign.")


async def _volunteer(step: Step, volunteer_id: UUID) -> Volunteer:
    volunteer = await step.session.get(Volunteer, volunteer_id)
    if volunteer is None:
        raise NotFound("volunteer", "There is no such volunteer.")
    return volunteer


async def _lent_then(step: Step, volunteer_id: UUID, first: date, last: date) -> bool:
    found = await step.session.scalar(
        select(col(VolunteerLoan.id)).where(
            col(VolunteerLoan.volunteer_id) == volunteer_id,
            col(VolunteerLoan.from_on) <= last,
            col(VolunteerLoan.to_on) >= first,
        )
    )
    return found is not None


async def end_loan(step: Step, loan_id: UUID, last_on: date, reason: str) -> VolunteerLoan:
    """The loan ends with a day (yesterday: at once). Visits promised for later days are given to others,
    seat by seat; what is under way is finished.

    Raises:
        NotFound, WrongMoment: no such loan, or it is over.
        BadInput: a day outside the loan or in the past.
    """
    loan = await step.session.get(VolunteerLoan, loan_id)
    if loan is None:
        raise NotFound("loan", "There is no such loan.")
    if loan.to_on < step.today or (loan.ended_at is not None and loan.to_on <= last_on):
        raise WrongMoment("over", "This loan is over.")
    if not step.today - timedelta(days=1) <= last_on <= loan.to_on:
        raise BadInput("last_on", "Rule VOL-01: choose a day from today to the end of the loan.", "last_on")
    loan.to_on, loan.ended_at, loan.ended_by = last_on, step.now, step.actor
    volunteer = await _volunteer(step, loan.volunteer_id)
    volunteer.updated_at = step.now
    await step.session.flush()
    if volunteer.pool is Pool.DISTRICT:  # the city pool may serve there anyway
        after = datetime.combine(last_on + timedelta(days=1), time(), step.zone)
        there = col(Visit.division_code).startswith(loan.division_code[:6])
        await let_go(step, volunteer, "loan_ended", there, col(Visit.starts_at) >= after)
    await audit(step, "volunteer.loan_end", loan, fields=["to_on"], why=reason)
    return loan


async def load_loans(
    step: Step, volunteer_id: UUID | None = None, *, since: date | None = None
) -> list[VolunteerLoan]:
    """Loans of a volunteer, or of the reader's area, newest first; `since`: that end on the day or later."""
    query = select(VolunteerLoan)
    if volunteer_id is not None:
        query = query.where(col(VolunteerLoan.volunteer_id) == volunteer_id)
    if since is not None:
        query = query.where(col(VolunteerLoan.to_on) >= since)
    rows = await step.session.scalars(
        query.order_by(col(VolunteerLoan.from_on).desc(), col(VolunteerLoan.id)).limit(200)
    )
    return list(rows)
