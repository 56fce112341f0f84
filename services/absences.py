"""Two were to come, and one of them has not arrived: asked, replaced, or the visit is broken off (VOL-13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.outcomes import Outcome
from domain.visits import SeatStatus
from models.desk import DeskItem
from models.messages import Inbound
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from services import announcements, closing, desk, texts
from services.errors import NotAllowed
from services.offering import end_accepted_offer
from services.people import load_seats, load_volunteers
from services.steps import Step
from services.timeline import note
from services.volunteers.records import note_absence

TWO_PERSONS = "two_persons"  # the refusal of a report from one of two
KEPT = f"refused:{TWO_PERSONS}"
EARLY = timedelta(hours=2)  # nobody is at the door sooner before the start
KEPT_REPORTS = select(Inbound).where(
    col(Inbound.phone_index).in_(bindparam("phones", expanding=True)),
    col(Inbound.received_at) >= bindparam("since"),  # of this time, not of one that was broken off
    col(Inbound.visit_id) == bindparam("visit"),
    col(Inbound.result) == KEPT,
)


def replace_until(step: Step, visit: Visit) -> datetime:
    """When a visit whose second person is still missing is broken off."""
    assert visit.starts_at is not None  # noqa: S101  # visits under way have their time
    minutes = step.policy.no_show_minutes + step.policy.replacement_minutes
    return visit.starts_at + timedelta(minutes=minutes)


async def alert_no_show(step: Step, visit: Visit, absent: list[Seat], *, ask: bool = True) -> None:
    """One of two is not there: a person has thirty minutes; the one present does not go in alone (VOL-13).

    Whoever has not arrived is asked as well, unless it is known why: most are there and have only
    forgotten to say so.
    """
    replace_by = replace_until(step, visit)
    visit.wake_at, visit.step_attempts = replace_by, 0
    minutes = step.policy.replacement_minutes
    item = await desk.open_visit_item(
        step,
        visit,
        "no_show",
        due_at=replace_by,
        absent=[str(s.volunteer_id) for s in absent],
    )
    await note(step, visit, "seat.no_show", absent=[s.position for s in absent])
    await texts.text_staff(
        step,
        "C2",
        item.responsible,
        visit,
        f"{visit.id}/{visit.starts_at:%Y%m%d%H%M}",
        {"number": visit.number, "minutes": minutes},
        visit.starts_at or step.now,
    )
    volunteers = await load_volunteers(step, [s.volunteer_id for s in absent])
    for seat in absent if ask else ():
        if seat.volunteer_id in volunteers:
            await texts.text_volunteer(
                step,
                "V21",
                volunteers[seat.volunteer_id],
                visit,
                seat.code,
                f"{seat.code}/{visit.starts_at:%Y%m%d%H%M}",
            )


async def cannot_come(step: Step, visit: Visit, seat: Seat, volunteer: Volunteer, why: str) -> None:
    """The second person says so while the first is at the door: the alarm is raised now, not later."""
    await note(step, visit, "seat.cannot_come", volunteer=str(volunteer.id), why=why)
    if await _alarm(step, visit) is None:
        await alert_no_show(step, visit, [seat], ask=False)
    await texts.text_volunteer(step, "V13", volunteer, visit, seat.code, f"{seat.code}/cannot_come")


async def check_pair(step: Step, visit: Visit, reporter_id: UUID, outcome: Outcome) -> None:
    """Nobody goes in alone where two are asked for: not after the alarm that the other has not come.

    Raises:
        NotAllowed: somebody else of the crew is missing (rule VOL-13).
    """
    if visit.crew_size < 2 or outcome is not Outcome.DONE_EVIDENCE:
        return
    seats = await load_seats(step, visit)
    if not any(s.status is SeatStatus.ACCEPTED and s.volunteer_id != reporter_id for s in seats):
        return
    if await _alarm(step, visit) is not None:
        raise NotAllowed(
            TWO_PERSONS,
            "Rule VOL-13: two people visit together. Your partner has not reported their arrival yet.",
        )


async def _alarm(step: Step, visit: Visit) -> UUID | None:
    return await step.session.scalar(
        select(col(DeskItem.id)).where(
            col(DeskItem.visit_id) == visit.id,
            col(DeskItem.kind) == "no_show",
            col(DeskItem.closed_at).is_(None),
        )
    )


async def keep_report(step: Step, visit: Visit, volunteer: Volunteer, row: Inbound) -> None:
    """A text that reports the visit waits until the other has said that they are there."""
    seats = await load_seats(step, visit)
    code = next(s.code for s in seats if s.volunteer_id == volunteer.id)
    await note(step, visit, "reply.words", inbound=str(row.id))
    await texts.text_volunteer(step, "V22", volunteer, visit, code, f"{code}/{visit.starts_at:%Y%m%d%H%M}")


async def all_there(step: Step, visit: Visit) -> None:
    """The second one has arrived as well: the alarm is over, and what was reported before is read now."""
    if await _alarm(step, visit) is None:
        return
    assert visit.starts_at is not None  # noqa: S101  # visits under way have their time
    await desk.close_visit_items(step, visit, "arrived", "no_show")
    crew = await load_volunteers(step, [s.volunteer_id for s in await load_seats(step, visit)])
    kept = {
        "visit": visit.id,
        "phones": [v.phone_index for v in crew.values()],
        "since": visit.starts_at - EARLY,
    }
    for row in await step.session.scalars(KEPT_REPORTS, kept):
        row.read_at, row.wake_at, row.read_attempts = None, step.now, 0
        step.hint("inbound.read", row.id)


async def break_off(step: Step, visit: Visit, absent: list[Seat]) -> None:
    """No second person came: minutes on site for the one who did, and another date."""
    volunteers = await load_volunteers(step, [s.volunteer_id for s in absent])
    for seat in absent:
        seat.status = SeatStatus.NO_SHOW
        if seat.volunteer_id in volunteers:
            await note_absence(step, visit, volunteers[seat.volunteer_id])
            await end_accepted_offer(step, visit, seat.volunteer_id, OfferStatus.RELEASED)
    visit.reported_at = step.now
    await closing.credit_minutes(step, visit)
    await desk.close_visit_items(step, visit, "broken_off", "no_show")
    await announcements.take_back(step, visit)
    await closing.restart(step, visit, "visit.broken_off", why_code="no_show")
