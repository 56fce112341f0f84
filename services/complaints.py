"""Complaints of retirees, also about visits and volunteers: a number, a day, an answer (art. 15(3))."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from domain.workdays import add_working_days
from models.desk import DeskItem
from models.retirees import Retiree
from models.volunteers import Volunteer
from services import desk
from services.audit import audit
from services.calendars import working_days
from services.errors import BadInput, NotFound, WrongMoment
from services.life.matters import open_matter
from services.numbers import take_serials
from services.steps import Step

ABOUT = ("visit", "volunteer", "staff", "service", "other")
RULE = "Regulation art. 15(3)"
MOST = 200  # lines of one list


async def file_complaint(
    step: Step, retiree: Retiree, about: str, volunteer: Volunteer | None = None
) -> DeskItem:
    """Give it a number and a day; the district answers. What was said stays on the paper, not on a desk.

    Raises:
        BadInput: about nothing that is known, or about a volunteer who is not named.
    """
    if about not in ABOUT:
        raise BadInput("about", f"{RULE}: choose what the complaint is about.", "about")
    if about == "volunteer" and volunteer is None:
        raise BadInput("volunteer", f"{RULE}: name the volunteer.", "volunteer_id")
    serial = await take_serials(step, f"complaints/{step.today:%y%m}", 1)
    number = f"TS{step.today:%y%m}-{serial:04d}"
    deadline = add_working_days(step.today, step.policy.complaint_working_days, await working_days(step))
    item = await desk.open_item(
        step,
        "complaint",
        number,
        retiree.division_code,
        managing_agency=retiree.managing_agency,
        due_at=datetime.combine(deadline.on, step.policy.report_deadline, step.zone),
        rung=1,
        retiree_id=retiree.id,
        volunteer_id=volunteer.id if volunteer else None,
        detail={"number": number, "subject": about, "provisional": deadline.provisional},
    )
    await audit(step, "complaint.file", item, fields=["about"])
    return item


async def answer_complaint(step: Step, item: DeskItem, result: str) -> DeskItem:
    """What came of it; the community tells the retiree. Returns the call that is to be made.

    Raises:
        BadInput: no result. WrongMoment: answered before. NotFound: another matter, or about nobody.
    """
    if item.kind != "complaint":
        raise NotFound("complaint", "There is no such complaint.")
    if item.closed_at is not None:
        raise WrongMoment("closed", f"{RULE}: this complaint was answered before.")
    if len(result.strip()) < 4:
        raise BadInput("result", f"{RULE}: say what came of it.", "result")
    retiree = await step.session.get(Retiree, item.retiree_id) if item.retiree_id else None
    if retiree is None:
        raise NotFound("retiree", "There is no such retiree.")
    number = str(item.detail["number"])
    await desk.close_item(step, item.id, result.strip()[:64])
    await audit(step, "complaint.answer", item, why=result)
    return await open_matter(step, "call", f"complaint/{number}", retiree, about="complaint", number=number)


async def load_complaints(step: Step, *, only_open: bool) -> list[tuple[DeskItem, Retiree | None]]:
    """Complaints of the reader's area: those that wait first, the nearest day first."""
    query = (
        select(DeskItem, Retiree)
        .outerjoin(Retiree, col(Retiree.id) == col(DeskItem.retiree_id))
        .where(col(DeskItem.kind) == "complaint")
    )
    if only_open:
        query = query.where(col(DeskItem.closed_at).is_(None))
    rows = await step.session.execute(
        query.order_by(col(DeskItem.closed_at).is_not(None), col(DeskItem.due_at), col(DeskItem.id)).limit(
            MOST
        )
    )
    return [(item, retiree) for item, retiree in rows]
