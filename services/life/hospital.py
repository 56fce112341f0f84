"""Somebody is in hospital: a visit there, asked about again, looked after once at home (art. 25(2))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from domain.certification import CertificationFact, certification_clock
from domain.events import Event, event_window
from domain.visits import PLANNABLE, VisitStatus
from models.divisions import Division
from models.life import HospitalStay
from models.retirees import CertificationEvent, LifeStatus, Retiree
from services import announcements, closing, desk
from services.audit import audit
from services.calendars import working_days
from services.errors import BadInput, WrongMoment
from services.life.matters import HOSPITAL, event_visit, open_matter, open_visits
from services.offering import release_crew
from services.steps import Step

RULE = "Regulation art. 25(2)"
NOT_BEGUN = frozenset({VisitStatus.PLANNED, VisitStatus.OFFERED, VisitStatus.ACCEPTED})


@dataclass(frozen=True)
class Admission:
    """What is known: hospital and expected discharge may come later.

    `division_code`: the district, street or community that the hospital lies in.
    """

    hospital: str = ""
    learnt_on: date | None = None
    expected_on: date | None = None
    division_code: str = ""


async def current_stay(step: Step, retiree: Retiree) -> HospitalStay | None:
    """The stay that has not ended."""
    found: HospitalStay | None = await step.session.scalar(
        select(HospitalStay)
        .where(col(HospitalStay.retiree_id) == retiree.id, col(HospitalStay.discharged_on).is_(None))
        .order_by(col(HospitalStay.noted_at).desc())
        .limit(1)
    )
    return found


async def admit(step: Step, retiree: Retiree, known: Admission, *, is_on_desk: bool = False) -> HospitalStay:
    """Note it (or add to what is noted): visits at home end, one in hospital is due in three working days.

    `is_on_desk`: a person looks into it already, and will ask where.

    Raises:
        BadInput: days that cannot be. WrongMoment: the person has died.
    """
    learnt = known.learnt_on or step.today
    if learnt > step.today:
        raise BadInput("future", f"{RULE}: this day lies in the future. Correct the day.", "learnt_on")
    if known.expected_on is not None and known.expected_on < learnt:
        raise BadInput("order", f"{RULE}: the discharge cannot lie before the admission.", "expected_on")
    if known.division_code and await step.session.get(Division, known.division_code) is None:
        raise BadInput("division", f"{RULE}: choose the area of the hospital from the list.", "division_code")
    if retiree.life_status is LifeStatus.DECEASED:
        raise WrongMoment("deceased", "This person has died.")
    stay = await current_stay(step, retiree)
    if stay is not None:
        stay.hospital = known.hospital.strip() or stay.hospital
        stay.expected_on = known.expected_on or stay.expected_on
        await _say_where(step, retiree, stay, known)
        await _certify_there(step, retiree, stay)
        return stay
    window = event_window(Event.HOSPITAL, learnt, step.policy, await working_days(step))
    stay = HospitalStay(
        retiree_id=retiree.id,
        learnt_on=learnt,
        expected_on=known.expected_on,
        recheck_on=step.today + timedelta(days=step.policy.hospital_recheck_days),
        visit_is_provisional=window.provisional,
        noted_by=step.actor,
        noted_at=step.now,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    stay.hospital = known.hospital.strip()
    step.session.add(stay)
    retiree.life_status, retiree.updated_at = LifeStatus.HOSPITALISED, step.now
    await step.session.flush()
    for visit in await open_visits(step, retiree.id):
        if visit.reported_at is None:  # a result that waits for its review stays
            await closing.cancel_visit(step, visit, "hospitalised")
    there = await event_visit(
        step, retiree, HOSPITAL, str(stay.id), step.today, max(window.due_on, step.today)
    )
    stay.visit_id = there.id if there else None
    if not is_on_desk:
        await _say_where(step, retiree, stay, known)
    await _certify_there(step, retiree, stay)
    await audit(step, "hospital.admit", stay, fields=["learnt_on", "expected_on"])
    return stay


async def _say_where(step: Step, retiree: Retiree, stay: HospitalStay, known: Admission) -> None:
    """The visitors go to the hospital; without its name or area no plan is made and a person has to ask."""
    visit = next((v for v in await open_visits(step, retiree.id) if v.id == stay.visit_id), None)
    if visit is None:
        return
    if stay.hospital:
        visit.address = stay.hospital
    if known.division_code and known.division_code != visit.place_division:
        visit.place_division = known.division_code
        if visit.status in NOT_BEGUN:
            # Whoever was asked or has agreed meant to go elsewhere, and may be of another district.
            await release_crew(step, visit, "V5", "place_changed")
            await announcements.take_back(step, visit)
            await closing.restart(step, visit, "visit.back_to_plan", code="place_changed")
        if visit.status in PLANNABLE:
            visit.wake_at = step.now  # at once: three working days are few
    if stay.hospital and visit.place_division:
        await desk.close_matter(step, f"hospital/{stay.id}", "known")
    else:
        due = datetime.combine(visit.due_on, step.policy.report_deadline, step.zone)
        await open_matter(step, "hospital", str(stay.id), retiree, due_at=due, matter="hospital")


async def _certify_there(step: Step, retiree: Retiree, stay: HospitalStay) -> None:
    """Due before anybody expects the discharge: the institution's way, without a face (§1.5)."""
    rows = await step.session.execute(
        select(col(CertificationEvent.occurred_on), col(CertificationEvent.channel)).where(
            col(CertificationEvent.retiree_id) == retiree.id, col(CertificationEvent.voided_at).is_(None)
        )
    )
    facts = [CertificationFact(on, channel) for on, channel in rows]
    clock = certification_clock(facts, retiree.first_benefit_on, step.policies, step.today)
    if clock is not None and clock.due_on <= (stay.expected_on or stay.recheck_on):
        due = datetime.combine(max(clock.due_on, step.today), time(17, 30), step.zone)
        await open_matter(
            step, "certify_there", f"{retiree.id}/{clock.due_on}", retiree, due_at=due, matter="institution"
        )


async def discharge(step: Step, retiree: Retiree, on: date) -> HospitalStay:
    """Home again: a visit or call within a week, and everything else falls due as before.

    Raises:
        BadInput: a day in the future or before the stay. WrongMoment: not in hospital.
    """
    stay = await current_stay(step, retiree)
    if stay is None:
        raise WrongMoment("not_in_hospital", "No stay in hospital is open for this person.")
    if on > step.today or on < stay.learnt_on:
        raise BadInput("day", f"{RULE}: choose a day between the admission and today.", "discharged_on")
    stay.discharged_on = on
    if retiree.life_status is LifeStatus.HOSPITALISED:
        retiree.life_status = LifeStatus.LIVING
    retiree.updated_at = step.now
    for visit in await open_visits(step, retiree.id):
        if visit.id == stay.visit_id and visit.reported_at is None:
            await closing.cancel_visit(step, visit, "discharged")
    window = event_window(Event.DISCHARGE, on, step.policy, await working_days(step))
    follow_up = await event_visit(
        step, retiree, "discharge", str(stay.id), step.today, max(window.due_on, step.today)
    )
    stay.follow_up_visit_id = follow_up.id if follow_up else None
    for key in (f"hospital/{stay.id}", f"hospital_recheck/{stay.id}"):
        await desk.close_matter(step, key, "discharged")
    await audit(step, "hospital.discharge", stay, fields=["discharged_on"])
    return stay


async def ask_again(step: Step) -> int:
    """After two weeks somebody asks whether the person is still there; returns how many matters."""
    rows = await step.session.scalars(
        select(HospitalStay).where(
            col(HospitalStay.discharged_on).is_(None), col(HospitalStay.recheck_on) <= step.today
        )
    )
    count = 0
    for stay in rows.all():
        retiree = await step.session.get(Retiree, stay.retiree_id)
        stay.recheck_on = step.today + timedelta(days=step.policy.hospital_recheck_days)
        if retiree is not None and retiree.life_status is LifeStatus.HOSPITALISED:
            await open_matter(step, "hospital_recheck", str(stay.id), retiree, matter="hospital_recheck")
            count += 1
    return count
