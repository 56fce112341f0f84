"""Emergencies at a door: what was done, when; and the clock of those at high risk whom nobody has seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from domain.care import care_level
from domain.no_answer import EmergencyStep, IncidentKind, needs_welfare_check, welfare_clock
from models.desk import DeskItem
from models.life import Incident, IncidentStep
from models.retirees import Retiree
from models.staff import Role
from models.visits import Visit
from services import desk, texts
from services.audit import audit
from services.errors import BadInput, NotFound, WrongMoment
from services.life.matters import flags_of, open_matter
from services.steps import Step

RULE = "Emergency steps (§2.5)"
EARLIEST = timedelta(days=2)


async def begin(
    step: Step,
    kind: str,
    began_at: datetime,
    *,
    retiree: Retiree | None = None,
    visit: Visit | None = None,
) -> Incident:
    """Open the record; the same visit has one of a kind.

    Raises:
        BadInput: an unknown kind, a time in the future, or of nobody.
    """
    if kind not in set(IncidentKind):
        raise BadInput("kind", "Choose what has happened.", "kind")
    if began_at > step.now:
        raise BadInput("future", f"{RULE}: a time lies in the future. Correct it.", "began_at")
    place = retiree or visit
    if place is None:
        raise BadInput("person", "Say whom it is about.", "retiree_id")
    if visit is not None and (known := await _of_visit(step, visit, kind)):
        return known
    row = Incident(
        retiree_id=retiree.id if retiree else None,
        visit_id=visit.id if visit else None,
        kind=kind,
        began_at=began_at,
        opened_by=step.actor,
        division_code=place.division_code,
        managing_agency=place.managing_agency,
    )
    step.session.add(row)
    await step.session.flush()
    await audit(step, "incident.begin", row, fields=["kind"])
    return row


async def _of_visit(step: Step, visit: Visit, kind: str) -> Incident | None:
    found: Incident | None = await step.session.scalar(
        select(Incident).where(
            col(Incident.visit_id) == visit.id, col(Incident.kind) == kind, col(Incident.closed_at).is_(None)
        )
    )
    return found


async def note_step(step: Step, row: Incident, what: str, at: datetime, note: str = "") -> IncidentStep:
    """One thing that was done. Seeing the person stops the clock.

    Raises:
        BadInput: an unknown step, a time in the future or long before. WrongMoment: the record is closed.
    """
    if what not in set(EmergencyStep):
        raise BadInput("step", "Choose what was done.", "step")
    if at > step.now or at < row.began_at - EARLIEST:
        raise BadInput("time", f"{RULE}: a time lies in the future or long before. Correct it.", "at")
    if row.closed_at is not None and what != EmergencyStep.SUPPORT_OFFERED:
        raise WrongMoment("closed", "This record is closed.")
    line = IncidentStep(
        incident_id=row.id,
        step=what,
        at=at,
        noted_by=step.actor,
        noted_at=step.now,
        division_code=row.division_code,
        managing_agency=row.managing_agency,
    )
    line.note = note.strip()
    step.session.add(line)
    await step.session.flush()
    await audit(step, "incident.step", line, fields=["step"])
    if what == EmergencyStep.PERSON_SEEN:
        await end(step, row, "seen")
    if what == EmergencyStep.SUPPORT_OFFERED:
        await desk.close_matter(step, f"support/{row.id}", "offered")
    return line


async def end(step: Step, row: Incident, result: str) -> Incident:
    """Raises WrongMoment when it is closed already."""
    if row.closed_at is not None:
        raise WrongMoment("closed", "This record is closed.")
    row.closed_at, row.closed_by, row.result = step.now, step.actor, result[:24]
    await desk.close_matter(step, f"welfare/{row.id}", result[:64])
    return row


async def load_incident(step: Step, incident_id: UUID) -> tuple[Incident, list[IncidentStep]]:
    """The record with its steps in order of their times. Raises NotFound."""
    row = await step.session.get(Incident, incident_id)
    if row is None:
        raise NotFound("incident", "There is no such record.")
    lines = await step.session.scalars(
        select(IncidentStep)
        .where(col(IncidentStep.incident_id) == row.id)
        .order_by(col(IncidentStep.at), col(IncidentStep.id))
    )
    return row, list(lines)


async def look_for(step: Step, visit: Visit, failed_at: datetime) -> Incident | None:
    """Nobody opened at the door of somebody at high risk: the officer after two hours, the street's duty
    after four, seen within twenty-four; None for others."""
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    if retiree is None:
        return None
    flags = await flags_of(step, retiree)
    if not needs_welfare_check(care_level(flags, step.policy) or "", list(flags)):
        return None
    row = await begin(step, IncidentKind.NO_ANSWER, failed_at, retiree=retiree, visit=visit)
    clock = welfare_clock(failed_at, step.policy)
    row.officer_at, row.street_at, row.seen_by = clock.officer_at, clock.street_at, clock.seen_by
    ladder = [
        (clock.officer_at, Role.COMMUNITY_OFFICER),
        (clock.street_at, Role.STREET_COORDINATOR),
        (clock.seen_by, Role.DISTRICT_AGENCY),
    ]
    item = await open_matter(
        step,
        "welfare",
        str(row.id),
        retiree,
        due_at=max(clock.officer_at, step.now),
        visit_id=visit.id,
        matter="welfare_check",
        ladder=[[at.isoformat(), str(role)] for at, role in ladder],
    )
    item.wake_at = item.due_at
    return row


async def pass_welfare(step: Step, item: DeskItem) -> None:
    """Whoever has the matter now is told by text too: it lies in a hand, not only on a screen."""
    visit = await step.session.get(Visit, item.visit_id) if item.visit_id else None
    if visit is None:
        return
    key = f"{item.id}/{item.responsible}"
    await texts.text_staff(step, "C5", item.responsible, visit, key, {"number": visit.number}, step.now)


async def heard_of(step: Step, retiree_id: UUID) -> int:
    """Somebody has seen or spoken with the person: open clocks stop. Returns how many."""
    rows = await step.session.scalars(
        select(Incident).where(
            col(Incident.retiree_id) == retiree_id,
            col(Incident.kind) == IncidentKind.NO_ANSWER,
            col(Incident.closed_at).is_(None),
        )
    )
    found = rows.all()
    for row in found:
        await end(step, row, "seen")
    return len(found)
