"""What staff enter on a volunteer's page: each form is one step; a refusal shows the page with its reason."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date

from aiohttp import web

from api.current import current_staff
from api.pages.forms import Form, day, path_id, read_form, row_id, text, whole
from api.pages.rendering import say, see_other
from api.pages.volunteers import KEEPERS, LENDERS, show_volunteer
from api.rows import change_row
from api.rules import signed_in
from models.pools import VolunteerLoan
from models.volunteers import Volunteer
from services.errors import BadInput, NotFound, ServiceError
from services.number_notices import NumberNotice, note_number
from services.steps import Step
from services.volunteers import certificates, loans, records, standing

TO_CONFIRM = "/volunteers/minutes"
CODE = re.compile(r"\d{12}")
Work = Callable[[Step, Volunteer, Form], Awaitable[object]]


async def _change(request: web.Request, work: Work, done: str, *, back: str = "") -> web.StreamResponse:
    """One change to a volunteer of the caller's own area; a form of a list goes `back` there."""
    form = await read_form(request)
    volunteer_id = path_id(request)
    try:
        await change_row(request, Volunteer, volunteer_id, None, lambda step, row: work(step, row, form))
    except NotFound:
        raise
    except ServiceError as refused:
        return await show_volunteer(request, say(request, refused.message))
    where = back if back and text(form, "list") else f"/volunteers/{volunteer_id}"
    raise see_other(f"{where}?done={done}")


def _last(form: Form, name: str) -> date | None:
    return day(form, name) if text(form, name) else None


@signed_in(*KEEPERS)
async def change_status(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        return await standing.change_status(step, row, text(form, "status", 12), text(form, "reason", 128))

    return await _change(request, work, "status_set")


@signed_in(*KEEPERS)
async def note_telephone(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        notice = NumberNotice(
            text(form, "source", 24), text(form, "number", 32), bool(text(form, "texts", 4))
        )
        return await note_number(step, row, notice)

    return await _change(request, work, "noted")


@signed_in(*KEEPERS)
async def add_training(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        given = records.TrainingForm(
            text(form, "training", 24),
            day(form, "trained_on"),
            _last(form, "valid_until"),
            whole(form, "minutes", 0),
        )
        return await records.record_training(step, row, given)

    return await _change(request, work, "noted")


@signed_in(*KEEPERS)
async def tick_conduct(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        return await records.tick_conduct(step, row, day(form, "checked_on"))

    return await _change(request, work, "noted")


@signed_in(*KEEPERS)
async def correct(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        entry = row_id(form, "entry")
        if entry not in {line.entry_id for line in await records.load_ledger(step, row.id)}:
            raise NotFound("entry", "There is no such entry.")
        return await records.correct_minutes(step, entry, whole(form, "minutes"), text(form, "reason", 128))

    return await _change(request, work, "noted", back=TO_CONFIRM)


@signed_in(*KEEPERS)
async def excuse(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        return await records.excuse_absence(step, row, row_id(form, "absence"), text(form, "excuse", 24))

    return await _change(request, work, "noted")


@signed_in(*LENDERS)
async def grant_stars(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        return await records.grant_stars(step, row, whole(form, "stars"), current_staff(request).role)

    return await _change(request, work, "noted")


@signed_in(*LENDERS)
async def transfer(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        code = CODE.search(text(form, "where", 200))
        if code is None:
            raise BadInput("where", "Choose a community from the list.", "where")
        return await standing.transfer(
            step, row, code[0], text(form, "pool", 12), day(form, "effective_on"), text(form, "reason", 128)
        )

    return await _change(request, work, "noted")


@signed_in(*LENDERS)
async def lend(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        given = loans.LoanForm(
            [row.id],
            text(form, "district", 12),
            day(form, "from_on"),
            day(form, "to_on"),
            text(form, "reason", 128),
        )
        return await loans.lend(step, given)

    return await _change(request, work, "lent")


@signed_in(*LENDERS)
async def end_loan(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        loan = await step.session.get(VolunteerLoan, row_id(form, "loan"))
        if loan is None or loan.volunteer_id != row.id:
            raise NotFound("loan", "There is no such loan.")
        return await loans.end_loan(step, loan.id, day(form, "last_on"), text(form, "reason", 128))

    return await _change(request, work, "noted")


@signed_in(*KEEPERS)
async def certify(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        given = certificates.CertificateForm(
            day(form, "from_on"),
            day(form, "to_on"),
            text(form, "issuer", 64),
            text(form, "responsible_person", 64),
            text(form, "contact", 32),
        )
        return await certificates.request_certificate(step, row, given)

    return await _change(request, work, "on_notice")


@signed_in(*KEEPERS)
async def decide_certificate(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Volunteer, form: Form) -> object:
        which = row_id(form, "certificate")
        if text(form, "decision", 12) == "issue":
            return await certificates.issue_certificate(step, row, which)
        return await certificates.withdraw_certificate(step, row, which, text(form, "reason", 128))

    return await _change(request, work, "noted")


ROUTES = [
    web.post("/volunteers/{id}/status", change_status),
    web.post("/volunteers/{id}/number", note_telephone),
    web.post("/volunteers/{id}/trainings", add_training),
    web.post("/volunteers/{id}/minutes", correct),
    web.post("/volunteers/{id}/conduct", tick_conduct),
    web.post("/volunteers/{id}/absences", excuse),
    web.post("/volunteers/{id}/stars", grant_stars),
    web.post("/volunteers/{id}/transfer", transfer),
    web.post("/volunteers/{id}/loans", lend),
    web.post("/volunteers/{id}/loans/end", end_loan),
    web.post("/volunteers/{id}/certificates", certify),
    web.post("/volunteers/{id}/certificates/decide", decide_certificate),
]
