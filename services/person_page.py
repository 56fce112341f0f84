"""What staff see of a retiree without giving a reason."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from domain.ages import completed_years
from domain.certification import CertificationClock, CertificationFact, certification_clock
from models.retirees import CertificationEvent, Contact, Retiree
from models.visits import Visit
from services.board import Line, lines_of
from services.due.care import LastContact, load_last_contacts
from services.ladder import Channel, preferred_channel
from services.steps import Step
from services.visit_page import load_flags

VISITS = 50


@dataclass(frozen=True)
class PersonPage:
    """`clock` is None for somebody of whom no certification can be said."""

    age: int
    flags: list[str]
    contacts: list[Contact]
    visits: list[Line]
    events: list[CertificationEvent]
    clock: CertificationClock | None
    days_left: int | None
    last_contact: LastContact | None
    channel: Channel


async def load_person_page(step: Step, retiree: Retiree) -> PersonPage:
    """One retiree of the reader's area."""
    rows = await step.session.scalars(
        select(Contact).where(col(Contact.retiree_id) == retiree.id).order_by(col(Contact.rank))
    )
    contacts = list(rows)
    events = list(
        await step.session.scalars(
            select(CertificationEvent)
            .where(
                col(CertificationEvent.retiree_id) == retiree.id, col(CertificationEvent.voided_at).is_(None)
            )
            .order_by(col(CertificationEvent.occurred_on).desc())
        )
    )
    visits = await step.session.scalars(
        select(Visit)
        .where(col(Visit.retiree_id) == retiree.id)
        .order_by(col(Visit.due_on).desc(), col(Visit.id).desc())
        .limit(VISITS)
    )
    last, _ = await load_last_contacts(step, retiree.id)
    facts = [CertificationFact(e.occurred_on, e.channel) for e in events]
    clock = certification_clock(facts, retiree.first_benefit_on, step.policies, step.today)
    return PersonPage(
        age=completed_years(retiree.born_on, step.today),
        flags=await load_flags(step, retiree.id),
        contacts=contacts,
        visits=await lines_of(step, list(visits)),
        events=events,
        clock=clock,
        days_left=clock.days_left(step.today) if clock else None,
        last_contact=last.get(retiree.id),
        channel=preferred_channel(step, retiree, contacts),
    )
