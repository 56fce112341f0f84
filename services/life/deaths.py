"""A death: everything to the person stops in this transaction; the agency decides, and can take it back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import col, select, update

from domain.departures import ProposalKind, wants_condolence
from domain.events import Event, event_window
from domain.outcomes import Outcome
from models.life import HospitalStay, StatusProposal
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.trips import PartStatus, VisitPart
from models.volunteers import Volunteer, VolunteerStatus
from services import closing
from services.calendars import working_days
from services.errors import WrongMoment
from services.life.fraud import dismiss_cases, suspect
from services.life.matters import close_matters, event_visit, open_matter, open_visits
from services.life.proposals import in_force, propose, set_deadline, withdraw
from services.messages import cancel_messages
from services.steps import Step
from services.volunteers.standing import change_status

DRAWN = ("", "normal")  # the pension is still paid


async def report_death(
    step: Step,
    retiree: Retiree,
    died_on: date | None,
    *,
    source: str = "community",
    learnt_on: date | None = None,
    visit_id: UUID | None = None,
) -> StatusProposal:
    """Freeze texts, end visits, propose to the agency, open the condolence visit, start the timer of twenty
    working days from the death (Regulation art. 16(4), 25(2), 28, 32).

    Raises:
        BadInput: days in the future or the wrong way round.
        WrongMoment: the death was reported before (a day that was missing is added instead).
    """
    known = await in_force(step, retiree.id, ProposalKind.DECEASED)
    if known is not None and known.since_on is None and died_on is not None and died_on <= step.today:
        known.since_on = retiree.died_on = died_on
        await set_deadline(step, known)
        await _look_back(step, retiree, known)
        return known
    if known is not None or retiree.life_status is LifeStatus.DECEASED:
        raise WrongMoment(
            "already_reported",
            "Regulation art. 16(4): this death is recorded already, nothing more is needed. "
            "If the report was wrong, the agency can reverse it.",
        )
    row = await propose(
        step,
        retiree,
        ProposalKind.DECEASED,
        died_on,
        source=source,
        learnt_on=learnt_on,
        visit_id=visit_id,
    )
    retiree.died_on, retiree.learnt_on = died_on, row.learnt_on
    await _stop_everything(step, retiree)
    due_at = datetime.combine(step.today, time(23, 59), step.zone)
    await open_matter(
        step, "death", str(retiree.id), retiree, due_at=max(due_at, step.now + timedelta(minutes=30)),
        visit_id=visit_id, proposal=str(row.id),
    )  # fmt: skip
    if wants_condolence(died_on, row.learnt_on, source):
        window = event_window(Event.BEREAVEMENT, row.learnt_on, step.policy, await working_days(step))
        await event_visit(
            step, retiree, "condolence", str(row.id), step.today, max(window.due_on, step.today)
        )
    await _look_back(step, retiree, row)
    return row


async def record_death(
    step: Step,
    retiree: Retiree,
    died_on: date | None,
    *,
    source: str = "register",
    visit_id: UUID | None = None,
) -> None:
    """As `report_death` for what may be told several times: a death known already changes nothing."""
    if retiree.life_status is LifeStatus.DECEASED and died_on is None:
        return
    if died_on is not None and died_on > step.today:
        died_on = None
    try:
        await report_death(step, retiree, died_on, source=source, visit_id=visit_id)
    except WrongMoment:
        return


async def _stop_everything(step: Step, retiree: Retiree) -> None:
    await cancel_messages(step, person_id=retiree.id, why="deceased")
    await close_matters(step, retiree.id, "deceased", "outcome")
    for visit in await open_visits(step, retiree.id):
        await closing.cancel_visit(step, visit, "deceased", tell_retiree=False)
    await step.session.execute(
        update(VisitPart)
        .where(col(VisitPart.retiree_id) == retiree.id, col(VisitPart.status) == PartStatus.OPEN)
        .values(status=PartStatus.FAILED, outcome=Outcome.DECEASED, ended_at=step.now)
    )
    await step.session.execute(
        update(HospitalStay)
        .where(col(HospitalStay.retiree_id) == retiree.id, col(HospitalStay.discharged_on).is_(None))
        .values(discharged_on=step.today)
    )
    twin = await _volunteer_twin(step, retiree)
    if twin is not None and twin.status is not VolunteerStatus.LEFT:
        await cancel_messages(step, person_id=twin.id, why="deceased")
        await change_status(step, twin, VolunteerStatus.LEFT, "the volunteer has died")
        await cancel_messages(step, person_id=twin.id, why="deceased")  # what the step before has written


async def _volunteer_twin(step: Step, retiree: Retiree) -> Volunteer | None:
    """The same person among the volunteers."""
    if not retiree.id_number_index:
        return None
    found: Volunteer | None = await step.session.scalar(
        select(Volunteer).where(col(Volunteer.id_number_index) == retiree.id_number_index)
    )
    return found


async def _look_back(step: Step, retiree: Retiree, row: StatusProposal) -> None:
    """Reported too late with the pension still drawn, or certified after the death: a suspicion."""
    if row.since_on is None:
        return
    if row.is_late and retiree.benefit_state in DRAWN:
        await suspect(step, retiree, "death_not_reported", visit_id=row.visit_id, since_on=row.since_on)
    later = select(col(CertificationEvent.id)).where(
        col(CertificationEvent.retiree_id) == retiree.id,
        col(CertificationEvent.voided_at).is_(None),
        col(CertificationEvent.occurred_on) > row.since_on,
    )
    if await step.session.scalar(later.limit(1)) is not None:
        await suspect(step, retiree, "certified_after_death", visit_id=row.visit_id, since_on=row.since_on)


async def reverse_death(step: Step, row: StatusProposal, reason: str) -> Retiree:
    """The agency takes a wrong report back: the person lives, what is due falls due again.

    Raises:
        BadInput: no reason. WrongMoment: the proposal is not in force.
    """
    retiree = await withdraw(step, row, reason)
    retiree.died_on = retiree.learnt_on = None
    if retiree.life_status is LifeStatus.DECEASED:
        retiree.life_status = LifeStatus.LIVING
    for visit in await open_visits(step, retiree.id):
        if visit.title == "condolence":
            await closing.cancel_visit(step, visit, "death_reversed", tell_retiree=False)
    for kind in ("death_not_reported", "certified_after_death"):
        await dismiss_cases(step, retiree.id, kind, "the person lives")
    twin = await _volunteer_twin(step, retiree)
    if twin is not None and twin.status is VolunteerStatus.LEFT:
        await change_status(
            step, twin, VolunteerStatus.PAUSED, "reported dead by mistake: ask before the next visit"
        )
    await close_matters(step, retiree.id, "death_reversed")
    await open_matter(step, "call", f"reversed/{retiree.id}", retiree, about="death_reversed")
    return retiree
