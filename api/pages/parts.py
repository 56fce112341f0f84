"""The other people of a trip: their results, entered and reviewed on the visit's page."""

from __future__ import annotations

import secrets
from uuid import UUID

from aiohttp import web
from sqlmodel import col, select

from api.current import current_staff, reader, steps
from api.pages.forms import path_id, read_form, row_id, text
from api.pages.phone_report import TICKED, WRITTEN
from api.pages.rendering import page, see_other
from api.rows import change_row, own_row
from api.rules import EDITORS, KNOW_RETIREES, REVIEWERS, signed_in
from domain.masking import mask_name
from domain.outcomes import Outcome
from models.retirees import Retiree
from models.trips import VisitPart
from models.visits import Visit, VisitReport
from services.parts import load_parts, report_part, review_part
from services.people import load_seats, load_volunteers
from services.steps import Step
from services.visiting import ReportForm


@signed_in(*KNOW_RETIREES)
async def show(request: web.Request) -> web.StreamResponse:
    """A fragment of the visit's page; empty for a visit with one duty."""
    visit = await own_row(request, Visit, path_id(request))
    async with steps(request).look(reader(request)) as step:
        found = await load_parts(step, visit)
        names = await _names(step, found)
        reports = {
            row.part_id: row
            for row in await step.session.scalars(
                select(VisitReport).where(
                    col(VisitReport.visit_id) == visit.id, col(VisitReport.part_id).is_not(None)
                )
            )
        }
        seats = await load_seats(step, visit)
        crew = await load_volunteers(step, [seat.volunteer_id for seat in seats])
    role = current_staff(request).role
    return await page(
        request,
        "visit/parts.html",
        v=visit,
        parts=found,
        names=names,
        reports=reports,
        crew=[(k, mask_name(v.name)) for k, v in crew.items()],
        outcomes=list(Outcome),
        form_key=secrets.token_urlsafe(12),
        may_report=role in EDITORS and bool(crew),
        may_review=role in REVIEWERS,
    )


async def _names(step: Step, parts: list[VisitPart]) -> dict[UUID, str]:
    rows = await step.session.execute(
        select(col(Retiree.id), col(Retiree.name)).where(col(Retiree.id).in_([p.retiree_id for p in parts]))
    )
    return {row_id_: mask_name(name) for row_id_, name in rows}


@signed_in(*EDITORS)
async def report(request: web.Request) -> web.StreamResponse:
    """What a visitor has told on the telephone about one more person."""
    form = await read_form(request)
    evidence: dict[str, object] = {name: value for name in WRITTEN if (value := text(form, name, 100))}
    evidence |= {name: "yes" for name in TICKED if text(form, name, 4)}
    given = ReportForm(
        f"part/{text(form, 'form_key', 40)}",
        text(form, "outcome", 24),
        evidence=evidence,
        text=text(form, "note"),
    )
    volunteer_id = row_id(form, "volunteer")

    async def work(step: Step, row: VisitPart) -> UUID:
        return (await report_part(step, row.id, volunteer_id, given, channel="staff")).visit_id

    visit_id = await change_row(request, VisitPart, path_id(request), None, work)
    raise see_other(f"/visits/{visit_id}?done=reported")


@signed_in(*REVIEWERS)
async def review(request: web.Request) -> web.StreamResponse:
    """Accept the evidence for one more person, or have them visited again."""
    form = await read_form(request)
    approve = text(form, "decision", 12) == "approve"

    async def work(step: Step, row: VisitPart) -> UUID:
        return (await review_part(step, row.id, approve=approve, reason=text(form, "reason", 200))).visit_id

    visit_id = await change_row(request, VisitPart, path_id(request), None, work)
    raise see_other(f"/visits/{visit_id}?done={'approved' if approve else 'returned'}")


ROUTES = [
    web.get("/visits/{id}/parts", show),
    web.post("/parts/{id}/report", report),
    web.post("/parts/{id}/review", review),
]
