"""Photos of the evidence and what visitors wrote: each look is written down before anything is shown."""

from __future__ import annotations

import base64

from aiohttp import web
from sqlmodel import col, select

from api.current import actor, current_staff, steps
from api.pages.forms import path_id
from api.pages.rendering import page
from api.rows import own_row
from api.rules import LOOKERS, signed_in
from models.visits import EvidenceFile, Visit, VisitReport
from services.audit import audit_other
from services.errors import NotFound
from services.steps import Step

GONE = "There is nothing here, or it is outside your area."
FORGOTTEN = "The photo was deleted when its time was over (rule evidence_months)."


async def _note_look(request: web.Request, step: Step, table: str, row: str, field: str) -> None:
    staff = current_staff(request)
    await audit_other(
        step,
        "look",
        area=staff.area,
        table_name=table,
        row_id=row,
        fields=[field],
        why="evidence of the visit",
    )


@signed_in(*LOOKERS)
async def photo(request: web.Request) -> web.StreamResponse:
    """One file of the visit's evidence."""
    visit = await own_row(request, Visit, path_id(request))
    file_id = path_id(request, "file")

    async def look(step: Step) -> tuple[bytes, str]:
        row = await step.session.get(EvidenceFile, file_id)
        if row is None or row.visit_id != visit.id:
            raise NotFound("file", GONE)
        if row.content_sealed is None:
            raise NotFound("file", FORGOTTEN)
        await _note_look(request, step, "evidence_files", str(row.id), "content")
        return base64.b64decode(row.content), row.media_type

    content, media_type = await steps(request).run(actor(request), look)
    return web.Response(body=content, content_type=media_type)


@signed_in(*LOOKERS)
async def words(request: web.Request) -> web.StreamResponse:
    """What the visitors wrote, a fragment of the page."""
    visit = await own_row(request, Visit, path_id(request))
    report_id = path_id(request, "report")

    async def look(step: Step) -> str:
        row = await step.session.scalar(
            select(VisitReport).where(col(VisitReport.id) == report_id, col(VisitReport.visit_id) == visit.id)
        )
        if row is None:
            raise NotFound("report", GONE)
        await _note_look(request, step, "visit_reports", str(row.id), "text")
        return row.text or ""

    return await page(request, "visit/words.html", text=await steps(request).run(actor(request), look))


ROUTES = [
    web.get("/visits/{id}/evidence/{file}", photo),
    web.post("/visits/{id}/words/{report}", words),
]
