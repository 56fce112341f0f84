"""One visit: facts, crew, offers, texts, reports, timeline, and what can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web

from api.current import context, current_staff, reader, steps
from api.pages.forms import moment, path_id
from api.pages.rendering import page
from api.rows import own_row
from api.rules import EDITORS, KNOW_RETIREES, LOOKERS, REVIEWERS, signed_in
from api.v1.changes import may_go
from domain.certification import missing_evidence
from domain.outcomes import Outcome
from domain.visits import FINAL, SeatStatus, VisitStatus
from models.visits import Visit
from models.volunteers import Volunteer
from services.changing import ASSIGNABLE
from services.errors import BadInput
from services.planning.comparing import Choice, explain_crew
from services.suggesting import suggest
from services.visit_page import VisitPage, load_visit_page, parse_instant

REOFFERED = frozenset(
    {
        VisitStatus.OFFERED,
        VisitStatus.PLANNED,
        VisitStatus.ACCEPTED,
        VisitStatus.UNFILLED,
        VisitStatus.MISSED,
        VisitStatus.DUE,
    }
)
UNDER_WAY = frozenset(
    {VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN, VisitStatus.MISSED, VisitStatus.RETURNED}
)


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    visit = await own_row(request, Visit, path_id(request))
    async with steps(request).look(reader(request)) as step:
        shown = await load_visit_page(step, visit)
        last_four = (shown.retiree.id_number or "")[-4:] if shown.retiree else ""
        own = [r for r in shown.reports if r.part_id is None]
        evidence = own[-1].evidence if own else {}
        missing = missing_evidence(
            evidence, visit.crew_size, last_four, visit.ground, face_closed=shown.face_closed
        )
    choices = await _choices(request, visit.id)
    return await page(
        request,
        "visit.html",
        v=visit,
        shown=shown,
        missing=missing,
        choices=choices,
        may=_may(request, shown),
        outcomes=list(Outcome),
        instant=parse_instant,
    )


async def _choices(request: web.Request, visit_id: UUID) -> list[Choice]:
    """Why these people; for those who could put others in their place."""
    if current_staff(request).role not in EDITORS:
        return []
    async with steps(request).look() as step:  # everybody's promises count, of other areas too
        visit = await step.session.get(Visit, visit_id)
        if visit is None:
            return []
        return await explain_crew(step, visit, (await load_visit_page(step, visit)).seats)


def _may(request: web.Request, shown: VisitPage) -> dict[str, bool]:
    """What this person can do with this visit now."""
    role, status = current_staff(request).role, shown.visit.status
    edits = role in EDITORS
    crew = [s for s in shown.seats if s.volunteer_id]
    return {
        "assign": edits and status in ASSIGNABLE,
        "reschedule": edits and status in ASSIGNABLE,
        "reoffer": edits and status in REOFFERED,
        "cancel": edits and status not in FINAL,
        "answer": edits and bool(shown.open_offers) and status in ASSIGNABLE,
        "withdraw": edits and any(s.status is SeatStatus.ACCEPTED for s in crew),
        "check_in": edits
        and status in (VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN)
        and any(s.status is SeatStatus.ACCEPTED for s in crew),
        "report": edits and status in UNDER_WAY and bool(crew),
        "review": role in REVIEWERS and status is VisitStatus.REPORTED,
        "look": role in LOOKERS,
        "call": edits and bool(shown.retiree or crew or shown.open_offers),
        "person": role in KNOW_RETIREES,
    }


@signed_in(*EDITORS)
async def suggestions(request: web.Request) -> web.StreamResponse:
    """Who could take a seat, best first; a fragment of the page."""
    visit = await own_row(request, Visit, path_id(request))
    query: dict[str, Any] = dict(request.query)
    position = 1 if query.get("position") == "1" else 0
    starts_at = moment(query, context(request).settings.zone) or visit.starts_at
    if starts_at is None or starts_at <= context(request).clock.now():
        raise BadInput("starts_at", "Choose a day and time in the future first.", "starts_at")
    async with steps(request).look() as step:
        taken = await _taken(step, visit.id)
        found = await suggest(step, visit.id, position, starts_at=starts_at, exclude=taken, displace=True)
        shown = [s for s in found if may_go(visit, await step.session.get(Volunteer, s.volunteer_id))]
    return await page(
        request, "visit/suggestions.html", v=visit, position=position, starts_at=starts_at, found=shown
    )


async def _taken(step: Any, visit_id: UUID) -> list[UUID]:
    visit = await step.session.get(Visit, visit_id)
    shown = await load_visit_page(step, visit)
    return [s.volunteer_id for s in shown.seats if s.volunteer_id]


ROUTES = [web.get("/visits/{id}", show), web.get("/visits/{id}/suggestions", suggestions)]
