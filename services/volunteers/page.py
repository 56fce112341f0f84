"""What staff see of a volunteer without giving a reason, and the list of volunteers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from domain.ages import completed_years
from domain.eligibility import Reason, SeatFacts, VolunteerFacts, why_not
from domain.service import Excuse, earned_stars, reliability_percent, shown_hours, total_minutes
from models.pools import PoolTransfer, VolunteerLoan
from models.service_records import Absence, ServiceCertificate, VolunteerTraining
from models.volunteers import Pool, Volunteer, VolunteerSkill, VolunteerStatus
from services.steps import Step
from services.volunteers.certificates import load_certificates
from services.volunteers.loans import load_loans
from services.volunteers.records import LedgerLine, load_absences, load_ledger, load_trainings

PER_PAGE = 50
EXCUSES = tuple(Excuse)


@dataclass(frozen=True)
class VolunteerPage:
    """`why_not`: what keeps the volunteer from being asked today; empty when nothing does."""

    volunteer: Volunteer
    age: int
    skills: list[VolunteerSkill]
    trainings: list[VolunteerTraining]
    ledger: list[LedgerLine]
    hours: float
    hours_this_year: float
    training_hours: float
    stars_earned: int
    reliability: int
    absences: list[Absence]
    certificates: list[ServiceCertificate]
    loans: list[VolunteerLoan]
    transfers: list[PoolTransfer]
    why_not: list[Reason]
    most_a_day: int
    most_a_week: int
    hours_expected: int  # of a year, without any penalty (rule VOL-09)


async def load_volunteer_page(step: Step, volunteer: Volunteer) -> VolunteerPage:
    """One volunteer whom the reader may see."""
    skills = await step.session.scalars(
        select(VolunteerSkill)
        .where(col(VolunteerSkill.volunteer_id) == volunteer.id)
        .order_by(col(VolunteerSkill.skill))
    )
    trainings = await load_trainings(step, volunteer.id)
    ledger = await load_ledger(step, volunteer.id)
    minutes = total_minutes(line.spell for line in ledger)
    first = date(step.today.year, 1, 1)
    transfers = await step.session.scalars(
        select(PoolTransfer)
        .where(col(PoolTransfer.volunteer_id) == volunteer.id)
        .order_by(col(PoolTransfer.effective_on).desc(), col(PoolTransfer.id))
    )
    return VolunteerPage(
        volunteer=volunteer,
        age=completed_years(volunteer.born_on, step.today),
        skills=list(skills),
        trainings=trainings,
        ledger=ledger,
        hours=shown_hours(minutes, step.policy),
        hours_this_year=shown_hours(total_minutes((line.spell for line in ledger), first), step.policy),
        training_hours=shown_hours(sum(t.minutes for t in trainings), step.policy),
        stars_earned=earned_stars(minutes, step.policy),
        reliability=reliability_percent(len(ledger), volunteer.no_shows),
        absences=await load_absences(step, volunteer.id),
        certificates=await load_certificates(step, volunteer.id),
        loans=await load_loans(step, volunteer.id),
        transfers=list(transfers),
        why_not=_why_not_today(step, volunteer),
        most_a_day=min(volunteer.max_visits_day or 99, step.policy.max_visits_day),
        most_a_week=min(volunteer.max_visits_week or 99, step.policy.max_visits_week),
        hours_expected=step.policy.hours_per_year,
    )


def _why_not_today(step: Step, volunteer: Volunteer) -> list[Reason]:
    facts = VolunteerFacts(
        id=str(volunteer.id),
        born_on=volunteer.born_on,
        district=volunteer.division_code[:6],
        is_active=volunteer.status is VolunteerStatus.ACTIVE,
        has_mobile=volunteer.phone_kind == "mobile",
        opted_out=volunteer.opted_out_at is not None,
        committed_on=volunteer.committed_on,
        health_declared_on=volunteer.health_declared_on,
        insured_from=volunteer.insured_from,
        insured_to=volunteer.insured_to,
    )
    return why_not(facts, SeatFacts(district=facts.district, is_lead=False), step.today, step.policy)


@dataclass(frozen=True)
class VolunteerQuery:
    """What is looked for; `name` is whole or the beginning."""

    name: str = ""
    pool: str = ""
    status: str = ""
    area: str = ""
    start: int = 0


async def find_volunteers(step: Step, query: VolunteerQuery) -> tuple[int, list[Volunteer]]:
    """(how many, one page of them) whom the reader may see."""
    where = []
    if query.name:
        where.append(col(Volunteer.name).startswith(query.name, autoescape=True))
    if query.pool in set(Pool):
        where.append(col(Volunteer.pool) == query.pool)
    if query.status in set(VolunteerStatus):
        where.append(col(Volunteer.status) == query.status)
    if query.area:
        where.append(col(Volunteer.division_code).startswith(query.area, autoescape=True))
    total = await step.session.scalar(select(func.count()).select_from(Volunteer).where(*where))
    rows = await step.session.scalars(
        select(Volunteer)
        .where(*where)
        .order_by(col(Volunteer.division_code), col(Volunteer.name), col(Volunteer.id))
        .offset(query.start)
        .limit(PER_PAGE)
    )
    return total or 0, list(rows)
