"""One trip, several results: the parts of a visit."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import Field

from api.current import reader, steps
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row, own_row
from api.rules import EDITORS, KNOW_RETIREES, REVIEWERS, signed_in
from models.trips import VisitPart
from models.visits import Visit
from services.parts import load_parts, report_part, review_part
from services.steps import Step
from services.visiting import ReportForm


class PartOut(Shown):
    id: UUID
    visit_id: UUID
    retiree_id: UUID
    kind: str
    status: str
    due_on: date
    outcome: str


class PartList(Shown):
    parts: list[PartOut]


class PartReportIn(Given):
    """The result for one more person; `form_key` makes sending it twice harmless."""

    volunteer_id: UUID
    form_key: str = Field(min_length=4, max_length=64)
    outcome: str = Field(max_length=24)
    checklist: dict[str, str] = Field(default={}, max_length=20)
    evidence: dict[str, Any] = Field(default={}, max_length=20)
    text: str = Field("", max_length=2000)


class PartReviewIn(Given):
    approve: bool
    reason: str = Field("", max_length=256)


def _show(part: VisitPart) -> PartOut:
    return PartOut(**{name: getattr(part, name) for name in PartOut.model_fields})


@operation(
    "GET", "/api/v1/visits/{visit_id}/parts", rule=signed_in(*KNOW_RETIREES), tag="visits", response=PartList
)
async def list_parts(request: web.Request) -> PartList:
    """What a visit does beside its own duty."""
    visit = await own_row(request, Visit, path_id(request, "visit_id"))
    async with steps(request).look(reader(request)) as step:
        return PartList(parts=[_show(part) for part in await load_parts(step, visit)])


@operation(
    "POST",
    "/api/v1/parts/{part_id}/report",
    rule=signed_in(*EDITORS),
    tag="visits",
    body=PartReportIn,
    response=PartOut,
    errors=(409,),
)
async def report(request: web.Request, body: PartReportIn) -> PartOut:
    """The result that one of the visitors has told for one more person."""
    form = ReportForm(body.form_key, body.outcome, body.checklist, body.evidence, body.text)

    async def run(step: Step, row: VisitPart) -> PartOut:
        return _show(await report_part(step, row.id, body.volunteer_id, form, channel="staff"))

    return await change_row(request, VisitPart, path_id(request, "part_id"), None, run)


@operation(
    "POST",
    "/api/v1/parts/{part_id}/review",
    rule=signed_in(*REVIEWERS),
    tag="visits",
    body=PartReviewIn,
    response=PartOut,
    errors=(409,),
)
async def review(request: web.Request, body: PartReviewIn) -> PartOut:
    """Accept the evidence for one more person, or have them visited again."""

    async def run(step: Step, row: VisitPart) -> PartOut:
        return _show(await review_part(step, row.id, approve=body.approve, reason=body.reason))

    return await change_row(request, VisitPart, path_id(request, "part_id"), None, run)


HANDLERS = (list_parts, report, review)
