"""Volunteers' service: record, trainings, corrections, loans, transfers, status, certificates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web

from api.certificates import send_certificate
from api.current import actor, current_staff, steps
from api.openapi import operation, path_id
from api.rows import change_row, own_row
from api.rules import EDITORS, signed_in
from api.v1.service_models import (
    CertificateIn,
    CertificateOut,
    CorrectionIn,
    LoanEndIn,
    LoanList,
    LoansIn,
    Made,
    RecordOut,
    StarsIn,
    StatusIn,
    TrainingIn,
    TransferIn,
)
from models.pools import VolunteerLoan
from models.service_records import ServiceCertificate
from models.staff import Role
from models.volunteers import Volunteer
from services.errors import NotFound
from services.steps import Step
from services.volunteers import certificates, loans, records, standing
from services.volunteers.page import load_volunteer_page

KEEPERS = (*EDITORS, Role.ORGANISATION_LEAD)
KEEP, LEND = signed_in(*KEEPERS), signed_in(Role.CITY_ADMIN, Role.DISTRICT_AGENCY)


def _id(request: web.Request) -> UUID:
    return path_id(request, "volunteer_id")


@operation(
    "GET", "/api/v1/volunteers/{volunteer_id}/record", rule=signed_in(), tag="service", response=RecordOut
)
async def show_record(request: web.Request) -> RecordOut:
    """Hours, stars and reliability of one volunteer."""
    row = await own_row(request, Volunteer, _id(request))
    async with steps(request).look() as step:
        shown = await load_volunteer_page(step, row)
    return RecordOut(
        hours=shown.hours,
        hours_this_year=shown.hours_this_year,
        training_hours=shown.training_hours,
        stars=row.stars,
        stars_earned=shown.stars_earned,
        reliability_percent=shown.reliability,
        why_not=[str(reason) for reason in shown.why_not],
    )


@operation(
    "POST",
    "/api/v1/volunteers/{volunteer_id}/trainings",
    rule=KEEP,
    tag="service",
    body=TrainingIn,
    response=Made,
    status=201,
)
async def add_training(request: web.Request, body: TrainingIn) -> Made:
    """Note a training (rule VOL-04)."""

    async def run(step: Step, row: Volunteer) -> Made:
        return Made(
            id=(await records.record_training(step, row, records.TrainingForm(**body.model_dump()))).id
        )

    return await change_row(request, Volunteer, _id(request), None, run)


@operation(
    "POST",
    "/api/v1/volunteers/{volunteer_id}/minutes",
    rule=KEEP,
    tag="service",
    body=CorrectionIn,
    response=Made,
    status=201,
)
async def correct(request: web.Request, body: CorrectionIn) -> Made:
    """The true minutes of an entry that was wrong (rule VOL-06)."""

    async def run(step: Step, row: Volunteer) -> Made:
        if body.entry_id not in {line.entry_id for line in await records.load_ledger(step, row.id)}:
            raise NotFound("entry", "There is no such entry.")
        return Made(id=(await records.correct_minutes(step, body.entry_id, body.minutes, body.reason)).id)

    return await change_row(request, Volunteer, _id(request), None, run)


@operation(
    "POST",
    "/api/v1/volunteers/{volunteer_id}/status",
    rule=KEEP,
    tag="service",
    body=StatusIn,
    response=Made,
    errors=(409,),
)
async def set_status(request: web.Request, body: StatusIn) -> Made:
    """Pause, take back, let go; promised visits go to others at once."""

    async def run(step: Step, row: Volunteer) -> Made:
        return Made(id=(await standing.change_status(step, row, body.status, body.reason)).id)

    return await change_row(request, Volunteer, _id(request), None, run)


@operation(
    "POST", "/api/v1/volunteers/{volunteer_id}/stars", rule=LEND, tag="service", body=StarsIn, response=Made
)
async def grant(request: web.Request, body: StarsIn) -> Made:
    """Grant stars that are earned (rule VOL-08)."""
    role = current_staff(request).role

    async def run(step: Step, row: Volunteer) -> Made:
        return Made(id=(await records.grant_stars(step, row, body.stars, role)).id)

    return await change_row(request, Volunteer, _id(request), None, run)


@operation(
    "POST",
    "/api/v1/volunteers/{volunteer_id}/transfer",
    rule=LEND,
    tag="service",
    body=TransferIn,
    response=Made,
    status=201,
    errors=(409,),
)
async def move(request: web.Request, body: TransferIn) -> Made:
    """Another district or pool from a day on."""

    async def run(step: Step, row: Volunteer) -> Made:
        values: dict[str, Any] = body.model_dump()
        return Made(id=(await standing.transfer(step, row, **values)).id)

    return await change_row(request, Volunteer, _id(request), None, run)


@operation("POST", "/api/v1/loans", rule=LEND, tag="service", body=LoansIn, response=LoanList, status=201)
async def lend(request: web.Request, body: LoansIn) -> LoanList:
    """Lend volunteers of the caller's area to a district (rule VOL-01)."""
    for volunteer_id in body.volunteer_ids:
        row = await own_row(request, Volunteer, volunteer_id)
        if current_staff(request).role is not Role.CITY_ADMIN and not current_staff(request).reader.may_see(
            row.division_code, row.managing_agency
        ):
            raise NotFound("not_found", "There is nothing here, or it is outside your area.")

    async def run(step: Step) -> LoanList:
        return LoanList(
            loans=[loan.id for loan in await loans.lend(step, loans.LoanForm(**body.model_dump()))]
        )

    return await steps(request).run(actor(request), run)


@operation(
    "POST",
    "/api/v1/loans/{loan_id}/end",
    rule=LEND,
    tag="service",
    body=LoanEndIn,
    response=Made,
    errors=(409,),
)
async def end_loan(request: web.Request, body: LoanEndIn) -> Made:
    """The loan ends with a day; promised visits of later days go to others."""

    async def run(step: Step, row: VolunteerLoan) -> Made:
        return Made(id=(await loans.end_loan(step, row.id, body.last_on, body.reason)).id)

    return await change_row(request, VolunteerLoan, path_id(request, "loan_id"), None, run)


def _certificate(row: ServiceCertificate) -> CertificateOut:
    return CertificateOut(**{name: getattr(row, name) for name in CertificateOut.model_fields})


@operation(
    "POST",
    "/api/v1/volunteers/{volunteer_id}/certificates",
    rule=KEEP,
    tag="service",
    body=CertificateIn,
    response=CertificateOut,
    status=201,
)
async def request_certificate(request: web.Request, body: CertificateIn) -> CertificateOut:
    """Begin the public notice of a certificate of service (rule VOL-11)."""

    async def run(step: Step, row: Volunteer) -> CertificateOut:
        given = certificates.CertificateForm(**body.model_dump())
        return _certificate(await certificates.request_certificate(step, row, given))

    return await change_row(request, Volunteer, _id(request), None, run)


@operation(
    "POST",
    "/api/v1/volunteers/{volunteer_id}/certificates/{certificate_id}/issue",
    rule=KEEP,
    tag="service",
    response=CertificateOut,
    errors=(409,),
)
async def issue(request: web.Request) -> CertificateOut:
    """Issue it after the notice."""
    which = path_id(request, "certificate_id")

    async def run(step: Step, row: Volunteer) -> CertificateOut:
        return _certificate(await certificates.issue_certificate(step, row, which))

    return await change_row(request, Volunteer, _id(request), None, run)


@operation(
    "GET",
    "/api/v1/volunteers/{volunteer_id}/certificates/{certificate_id}.pdf",
    rule=KEEP,
    tag="service",
    media_type="application/pdf",
    errors=(409,),
)
async def download(request: web.Request) -> web.StreamResponse:
    """An issued certificate as a PDF file."""
    return await send_certificate(request, _id(request), path_id(request, "certificate_id"))


HANDLERS = (
    show_record, add_training, correct, set_status, grant, move, lend, end_loan, request_certificate, issue,
    download,
)  # fmt: skip
