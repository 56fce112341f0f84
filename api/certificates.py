"""An issued certificate of service as a file, for the page and for the API alike."""

from __future__ import annotations

import asyncio
from uuid import UUID

from aiohttp import web

from api.certificate_pdf import Certificate, draw_certificate
from api.rows import change_row
from domain.service import shown_hours
from models.volunteers import Volunteer
from services.errors import WrongMoment
from services.steps import Step
from services.volunteers import certificates


async def send_certificate(request: web.Request, volunteer_id: UUID, certificate_id: UUID) -> web.Response:
    """The PDF file. Drawing takes a third of a second, hence a thread.

    Raises:
        As `load_certificate`.
    """
    shown = await load_certificate(request, volunteer_id, certificate_id)
    return web.Response(
        body=await asyncio.to_thread(draw_certificate, shown),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{shown.number}.pdf"'},
    )


async def load_certificate(request: web.Request, volunteer_id: UUID, which: UUID) -> Certificate:
    """What an issued certificate says, after the audit row: it names the person.

    Raises:
        NotFound: not a certificate of this volunteer, or outside the caller's area.
        WrongMoment: not issued.
    """

    async def work(step: Step, row: Volunteer) -> Certificate:
        found = await certificates.find_certificate(step, row, which)
        if found.issued_on is None or found.withdrawn_at is not None:
            raise WrongMoment("not_issued", "Rule VOL-11: this certificate has not been issued.")
        await certificates.note_download(step, found)
        return Certificate(
            number=found.number,
            name=row.name,
            id_number=row.id_number or "",
            volunteer_number=row.registry_number,
            from_on=found.from_on,
            to_on=found.to_on,
            hours=shown_hours(found.minutes, step.policy),
            content=[
                (kind, part["visits"], shown_hours(part["minutes"], step.policy))
                for kind, part in found.content.items()
            ],
            issuer=found.issuer,
            responsible_person=found.responsible_person,
            contact=found.contact,
            issued_on=found.issued_on,
        )

    return await change_row(request, Volunteer, volunteer_id, None, work)
