"""Contacts between visits, and the clock after something serious has happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.care import ContactForm, care_level, derived_flags, is_effective
from domain.crews import lead_sex
from domain.needs import SeriousKind, serious_clock
from domain.visits import VisitKind
from models.care import CareContact, SeriousEvent
from models.desk import DeskItem
from models.retirees import LifeStatus, Retiree, RetireeFlag
from services import desk
from services.audit import audit
from services.due.new_visits import add_visits, kind_values
from services.errors import BadInput, WrongMoment
from services.life.incidents import heard_of
from services.steps import Step

OLDEST = timedelta(days=62)  # a contact entered later than this is not credible any more
EVENT_WEIGHT = 10
# Matters that end when somebody has spoken with the person.
ENDED_BY_CONTACT = ("weather_call", "serious_event")


@dataclass(frozen=True)
class ContactEntry:
    """What somebody enters about a contact."""

    form: str
    with_person: bool
    occurred_at: datetime
    note: str = ""


async def record_contact(step: Step, retiree: Retiree, given: ContactEntry) -> CareContact:
    """A call, a video call, an alarm button's report. Only some of them count (rule CARE-04).

    Raises:
        BadInput: an unknown form, a time in the future or long ago, or a home visit (that is a visit).
        WrongMoment: the person has died.
    """
    if given.form not in set(ContactForm) or given.form == ContactForm.HOME_VISIT:
        raise BadInput("form", "Rule CARE-04: choose call, video, remote monitoring or hearsay.", "form")
    if given.occurred_at > step.now:
        raise BadInput("future", "Rule CARE-04: a contact cannot lie in the future.", "occurred_at")
    if given.occurred_at < step.now - OLDEST:
        raise BadInput("too_old", "Rule CARE-04: a contact is entered within two months.", "occurred_at")
    if retiree.life_status is LifeStatus.DECEASED:
        raise WrongMoment("deceased", "This person has died.")
    row = CareContact(
        retiree_id=retiree.id,
        form=given.form,
        with_person=given.with_person,
        occurred_at=given.occurred_at,
        recorded_by=step.actor,
        recorded_at=step.now,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    row.note = given.note.strip()
    step.session.add(row)
    await step.session.flush()
    if is_effective(ContactForm(given.form), given.with_person):
        await _end_clocks(step, retiree.id, given.occurred_at)
    await audit(step, "contact.record", row, fields=["form", "with_person"])
    return row


async def _end_clocks(step: Step, retiree_id: UUID, at: datetime) -> None:
    """Whoever waited to hear from the person has heard."""
    for event in await step.session.scalars(
        select(SeriousEvent).where(
            col(SeriousEvent.retiree_id) == retiree_id,
            col(SeriousEvent.contacted_at).is_(None),
            col(SeriousEvent.occurred_at) <= at,
        )
    ):
        event.contacted_at = at
    await heard_of(step, retiree_id)
    for item in await step.session.scalars(
        select(DeskItem).where(
            col(DeskItem.retiree_id) == retiree_id,
            col(DeskItem.kind).in_(ENDED_BY_CONTACT),
            col(DeskItem.closed_at).is_(None),
            col(DeskItem.opened_at) <= step.now,
        )
    ):
        await desk.close_item(step, item.id, "contacted")


async def record_serious_event(
    step: Step, retiree: Retiree, kind: str, occurred_at: datetime
) -> SeriousEvent:
    """Something grave: a visit is opened at once, and a person has the 24 hours on the desk (rule CARE-03).

    Raises:
        BadInput: an unknown kind or a time in the future.
        WrongMoment: the person has died.
    """
    if kind not in set(SeriousKind):
        raise BadInput("kind", "Choose what has happened.", "kind")
    if occurred_at > step.now:
        raise BadInput("future", "Rule CARE-03: an event cannot lie in the future.", "occurred_at")
    if retiree.life_status is LifeStatus.DECEASED:
        raise WrongMoment("deceased", "This person has died.")
    flags = set(
        await step.session.scalars(
            select(col(RetireeFlag.flag)).where(
                col(RetireeFlag.retiree_id) == retiree.id, col(RetireeFlag.ended_on).is_(None)
            )
        )
    )
    held = derived_flags(flags, retiree.born_on, retiree.disability_level, step.today, step.policy)
    clock = serious_clock(occurred_at, care_level(held, step.policy), step.policy)
    contact_by = max(clock.contact_by, step.now + timedelta(hours=1))  # learnt late: at once
    row = SeriousEvent(
        retiree_id=retiree.id,
        kind=kind,
        occurred_at=occurred_at,
        contact_by=contact_by,
        recorded_by=step.actor,
        recorded_at=step.now,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    step.session.add(row)
    await step.session.flush()
    if kind != SeriousKind.HOSPITAL:  # nobody is at home; the visit in hospital has its own rule
        (visit,) = await add_visits(
            step, [_draft(step, retiree, row, lead_sex(retiree.sex, held, step.policy))]
        )
        row.visit_id = visit.id
    await desk.open_item(
        step,
        "serious_event",
        str(row.id),
        retiree.division_code,
        managing_agency=retiree.managing_agency,
        due_at=contact_by,
        retiree_id=retiree.id,
        visit_id=row.visit_id,
        detail={"what": kind, "strict": clock.is_strict},
    )
    await audit(step, "event.record", row, fields=["kind"])
    return row


def _draft(step: Step, retiree: Retiree, event: SeriousEvent, sex: int) -> dict[str, object]:
    return {
        **kind_values(step.policy, VisitKind.EVENT),
        "natural_key": f"event/{event.id}",
        "kind": VisitKind.EVENT,
        "retiree_id": retiree.id,
        "lead_sex": sex,
        "weight": EVENT_WEIGHT,
        "opens_on": step.today,
        "due_on": step.local_date(event.contact_by) + timedelta(days=1),
        "division_code": retiree.division_code,
        "managing_agency": retiree.managing_agency,
    }
