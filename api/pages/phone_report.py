"""The report on the phone page: the outcome, then what belongs to it."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any
from uuid import UUID

from aiohttp import web
from aiohttp.web_request import FileField

from api.current import steps
from api.pages.forms import Form, read_file, read_form, row_id, text
from api.pages.phone import need, need_form
from api.pages.rendering import page, see_other
from api.pages.tickets import write_ticket
from api.pages.words import WORDS
from api.rules import volunteer_code
from domain.masking import mask_name
from domain.outcomes import Outcome
from domain.visits import VisitKind
from models.retirees import Retiree
from models.trips import VisitPart
from services.errors import BadInput
from services.parts import open_parts_of_others
from services.phone_page import PhonePage
from services.phone_reports import LARGEST, report_with_photo
from services.retirees import face_is_closed
from services.steps import Step
from services.visiting import ReportForm

CHECKS = tuple(WORDS["check"])
FINDINGS = tuple(WORDS["finding"])
WRITTEN = ("receipt_number", "id_last_four", "no_signature_reason", "institution_form", "signer_relation")
TICKED = ("id_checked", "signature")


@volunteer_code
async def ask(request: web.Request) -> web.StreamResponse:
    """First the outcomes as big buttons, then the form of the one that was chosen."""
    ticket, shown = await need(request)
    part = await _part(request, shown, request.query.get("part", ""))
    if shown.phase not in ("agreed", "arrived") and not (part and shown.phase == "done"):
        raise see_other("/t")
    outcome = request.query.get("outcome", "")
    about: dict[str, Any] = {
        "part": part[0].id if part else "",
        "who": mask_name(part[1].name) if part else "",
    }
    if outcome not in list(Outcome):
        return await page(request, "phone/outcomes.html", s=shown, outcomes=list(Outcome), **about)
    return await page(
        request,
        "phone/report.html",
        s=shown,
        v=shown.visit,
        outcome=outcome,
        checks=CHECKS if outcome == Outcome.DONE_EVIDENCE and shown.visit.retiree_id else (),
        findings=FINDINGS,
        certifies=part[0].kind is VisitKind.CERTIFICATION if part else shown.certifies,
        face_closed=await _face_closed(request, part[1].id if part else shown.visit.retiree_id),
        **about,
        form_key=secrets.token_urlsafe(12),
        ticket=write_ticket(request, ticket),
    )


@volunteer_code
async def send(request: web.Request) -> web.StreamResponse:
    """Sent twice, or sent late from the phone's memory, it counts once."""
    _, shown = await need_form(request)
    form = await read_form(request)
    part_id = row_id(form, "part") if text(form, "part", 40) else None
    sent = _report_form(form, shown, shown.certifies or part_id is not None)
    photo = _photo(form)
    offer = shown.offer

    async def work(step: Step) -> None:
        await report_with_photo(step, offer, sent, photo, part_id)

    await steps(request).run(f"volunteer:{offer.volunteer_id}", work)
    raise see_other("/t?answer=reported")


async def _face_closed(request: web.Request, retiree_id: UUID | None) -> bool:
    """Will the receipt of a face check not do (rule CERT-07)?"""
    if retiree_id is None:
        return False
    async with steps(request).look() as step:
        return await face_is_closed(step, retiree_id, step.today)


async def _part(request: web.Request, shown: PhonePage, given: str) -> tuple[VisitPart, Retiree] | None:
    """The other person of the household that the report is to be about, while no result is in."""
    if not given:
        return None
    async with steps(request).look() as step:
        found = await open_parts_of_others(step, shown.visit)
    return next((pair for pair in found if str(pair[0].id) == given), None)


def _report_form(form: Form, shown: PhonePage, with_evidence: bool) -> ReportForm:
    key = text(form, "form_key", 40)
    if not key:
        raise BadInput("form_key", "The request cannot be understood.", "form_key")
    checklist = {c: found for c in CHECKS if (found := text(form, f"check_{c}", 10)) in FINDINGS}
    evidence: dict[str, Any] = {name: value for name in WRITTEN if (value := text(form, name, 100))}
    evidence |= {name: "yes" for name in TICKED if text(form, name, 4)}
    return ReportForm(
        form_key=f"{shown.offer.code}/{key}",
        outcome=text(form, "outcome", 24),
        checklist=checklist,
        evidence=evidence if with_evidence else {},
        text=text(form, "note"),
    )


def _photo(form: Form) -> bytes:
    """The picture as a file, or as the phone made it smaller (`data:` address)."""
    sent = form.get("photo")
    if isinstance(sent, FileField) and (content := read_file(sent, LARGEST + 1)):
        return content
    _, _, encoded = text(form, "photo_data", 2 * LARGEST).partition(",")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise BadInput("photo", "The photo must be a JPEG or PNG picture.", "photo") from error


ROUTES = [web.get("/t/report", ask), web.post("/t/report", send)]
