"""What staff see of the care of a retiree: facts with their setters, level and why, contacts, needs, ties."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from domain.ages import completed_years
from domain.care import Level, derived_flags, explain_level
from domain.flags import Contradiction, Flag
from domain.needs import proposed_referrals
from models.care import CareContact, Referral, SeriousEvent
from models.pools import Tie
from models.retirees import Retiree, RetireeFlag
from models.visits import Visit, VisitReport
from models.volunteers import Volunteer
from services.due.care import LastContact, load_last_contacts
from services.retiree_flags import contradictions_of, load_flag_rows
from services.steps import Step
from services.volunteers.ties import load_ties

LATEST = 20


@dataclass(frozen=True)
class CarePage:
    """`because`: the flags that give the level. `proposed`: referrals that the last checklist speaks for."""

    age: int
    level: Level | None
    because: tuple[Flag, ...]
    flags: list[RetireeFlag]
    wrong: list[Contradiction]
    last_contact: LastContact | None
    contacts: list[CareContact]
    events: list[SeriousEvent]
    referrals: list[Referral]
    proposed: list[str]
    ties: list[tuple[Tie, Volunteer]]

    @property
    def holding(self) -> list[RetireeFlag]:
        return [row for row in self.flags if row.ended_on is None]

    @property
    def ended(self) -> list[RetireeFlag]:
        return [row for row in self.flags if row.ended_on is not None]


async def load_care_page(step: Step, retiree: Retiree) -> CarePage:
    """One retiree whom the reader may see."""
    flags = await load_flag_rows(step, retiree)
    held = {row.flag for row in flags if row.ended_on is None}
    derived = derived_flags(held, retiree.born_on, retiree.disability_level, step.today, step.policy)
    age = completed_years(retiree.born_on, step.today)
    level, because = explain_level(derived, step.policy, age)
    contacts = await step.session.scalars(
        select(CareContact)
        .where(col(CareContact.retiree_id) == retiree.id)
        .order_by(col(CareContact.occurred_at).desc(), col(CareContact.id))
        .limit(LATEST)
    )
    events = await step.session.scalars(
        select(SeriousEvent)
        .where(col(SeriousEvent.retiree_id) == retiree.id)
        .order_by(col(SeriousEvent.occurred_at).desc(), col(SeriousEvent.id))
        .limit(LATEST)
    )
    referrals = await step.session.scalars(
        select(Referral)
        .where(col(Referral.retiree_id) == retiree.id)
        .order_by(col(Referral.closed_on).is_not(None), col(Referral.due_on), col(Referral.id))
        .limit(LATEST)
    )
    last, _ = await load_last_contacts(step, retiree.id)
    return CarePage(
        age=completed_years(retiree.born_on, step.today),
        level=level,
        because=because,
        flags=flags,
        wrong=await contradictions_of(step, retiree, held),
        last_contact=last.get(retiree.id),
        contacts=list(contacts),
        events=list(events),
        referrals=list(referrals),
        proposed=await _proposed(step, retiree),
        ties=await load_ties(step, retiree.id),
    )


async def _proposed(step: Step, retiree: Retiree) -> list[str]:
    """From the last report that looked at the checklist."""
    checklist = await step.session.scalar(
        select(col(VisitReport.checklist))
        .join(Visit, col(Visit.id) == col(VisitReport.visit_id))
        .where(col(Visit.retiree_id) == retiree.id, col(VisitReport.part_id).is_(None))
        .order_by(col(VisitReport.reported_at).desc(), col(VisitReport.id).desc())
        .limit(1)
    )
    return [str(kind) for kind in proposed_referrals(checklist or {})]
